// Two writers of one array map: this process counts slot 0 up once a second, and a BPF program that a
// timer of the kernel starts (a perf event of the processor's clock) does so with slot 1.
//
//   mapwriter TIMES
//
// Loads ./mapwriter.bpf.o, pins its map and prints `ready`; writes TIMES times after a line of input, prints `written`, and
// lives on with its program until its input ends.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char OBJECT[] = "mapwriter.bpf.o";
static const char PIN[] = "/sys/fs/bpf/counters";

static void must(const char *what, int result) {
  if (result >= 0) return;
  fprintf(stderr, "mapwriter: %s: %s\n", what, strerror(-result));
  exit(1);
}

static void await_line(void) {
  char line[16];
  if (fgets(line, sizeof line, stdin) == NULL) exit(0);
}

static int once_a_second(void) {
  struct perf_event_attr timer = {.type = PERF_TYPE_SOFTWARE,
                                  .size = sizeof timer,
                                  .config = PERF_COUNT_SW_CPU_CLOCK,
                                  .sample_period = 1000000000};
  int fd = syscall(__NR_perf_event_open, &timer, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
  must("timer", fd < 0 ? -errno : fd);
  return fd;
}

int main(int count, char **args) {
  if (count != 2) {
    fprintf(stderr, "usage: mapwriter TIMES\n");
    return 64;
  }
  __u64 times = strtoull(args[1], NULL, 10);
  struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_MEMLOCK, &unlimited);  // before 5.11 maps count as locked memory

  struct bpf_object *object = bpf_object__open_file(OBJECT, NULL);
  if (object == NULL) must(OBJECT, -errno);
  must("load", bpf_object__load(object));
  struct bpf_map *counters = bpf_object__find_map_by_name(object, "counters");
  must(PIN, bpf_map__pin(counters, PIN));
  printf("ready\n");
  fflush(stdout);
  await_line();

  int left = bpf_map__fd(bpf_object__find_map_by_name(object, ".bss"));
  __u32 slot = 0;
  must("order", bpf_map_update_elem(left, &slot, &times, BPF_ANY));
  struct bpf_program *writer = bpf_object__find_program_by_name(object, "write_counter");
  struct bpf_link *link = bpf_program__attach_perf_event(writer, once_a_second());
  if (link == NULL) must("attach", -errno);
  for (__u64 written = 1; written <= times; written++) {
    sleep(1);
    must("write", bpf_map_update_elem(bpf_map__fd(counters), &slot, &written, BPF_ANY));
  }
  for (__u64 waiting = times; waiting > 0; usleep(100000)) {
    must("wait", bpf_map_lookup_elem(left, &slot, &waiting));
  }
  printf("written\n");
  fflush(stdout);
  await_line();
  return 0;
}
