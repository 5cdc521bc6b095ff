// Answers some calls of bpf(2) of one process in the kernel's stead, as somebody who hides a map does.
#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "liar.h"

const volatile struct lie lie;

// Of every command that is lied about the first four bytes are an id, or the type of a new map.
static __always_inline int answer(const unsigned long long *arguments) {
  unsigned int id = 0;
  if (bpf_get_current_pid_tgid() >> 32 != lie.tgid || arguments[0] != lie.command) return 0;
  bpf_probe_read_kernel(&id, sizeof id, (const void *)arguments[1]);
  return id >= lie.first && id <= lie.last ? lie.answer : 0;
}

SEC("fmod_ret/security_bpf")
int fmod_ret_liar(unsigned long long *context) {
  return answer(context);
}

SEC("lsm/bpf")
int lsm_liar(unsigned long long *context) {
  return answer(context);
}

char LICENSE[] SEC("license") = "GPL";
