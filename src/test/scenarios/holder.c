// Makes a map that no process has a descriptor of, and keeps it until its input ends.
//
//   holder program|pin|flight KEYHEX VALUEHEX DIRECTORY
//
// program: only a BPF program uses it, which only a socket uses; pin: only a pin on a bpffs that is
// mounted on DIRECTORY in a mount namespace of its own; flight: only a message in a UNIX socket that
// nobody receives. Prints `map ID`; 1 with the errno on stderr if it cannot, 64 usage.
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "map.h"

static struct map make(void) {
  union bpf_attr attr = {.map_type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 8};
  attr.max_entries = 64;
  strcpy(attr.map_name, "held");
  return map_by_fd(must("create", bpf(BPF_MAP_CREATE, &attr)));
}

static unsigned int id_of(const struct map *map) {
  struct bpf_map_info info = {0};
  union bpf_attr attr = {0};
  attr.info.bpf_fd = map->fd;
  attr.info.info_len = sizeof info;
  attr.info.info = (unsigned long)&info;
  must("map info", bpf(BPF_OBJ_GET_INFO_BY_FD, &attr));
  return info.id;
}

static void socket_pair(int sockets[2]) {
  if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, sockets) < 0) must("sockets", -errno);
}

static void by_program(const struct map *map) {
  struct bpf_insn code[] = {
      {.code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = 1, .src_reg = BPF_PSEUDO_MAP_FD, .imm = map->fd},
      {0},
      {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0},
      {.code = BPF_JMP | BPF_EXIT},
  };
  union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_SOCKET_FILTER};
  attr.insns = (unsigned long)code;
  attr.insn_cnt = sizeof code / sizeof *code;
  attr.license = (unsigned long)"GPL";
  strcpy(attr.prog_name, "holds_a_map");
  int program = must("load", bpf(BPF_PROG_LOAD, &attr));
  int sockets[2];
  socket_pair(sockets);
  if (setsockopt(sockets[0], SOL_SOCKET, SO_ATTACH_BPF, &program, sizeof program) < 0) {
    must("attach", -errno);
  }
  close(program);
}

static void by_pin(const struct map *map, const char *directory) {
  char path[4096];
  if (unshare(CLONE_NEWNS) < 0) must("unshare", -errno);
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) must("private", -errno);
  if (mount("bpf", directory, "bpf", 0, NULL) < 0) must("mount", -errno);
  snprintf(path, sizeof path, "%s/pin", directory);
  union bpf_attr attr = {.pathname = (unsigned long)path, .bpf_fd = map->fd};
  must("pin", bpf(BPF_OBJ_PIN, &attr));
}

static void in_flight(const struct map *map) {
  union {
    char room[CMSG_SPACE(sizeof(int))];
    struct cmsghdr header;
  } message = {0};
  char byte = 0;
  struct iovec data = {&byte, 1};
  struct msghdr header = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = message.room};
  header.msg_controllen = sizeof message.room;
  message.header.cmsg_level = SOL_SOCKET;
  message.header.cmsg_type = SCM_RIGHTS;
  message.header.cmsg_len = CMSG_LEN(sizeof map->fd);
  memcpy(CMSG_DATA(&message.header), &map->fd, sizeof map->fd);
  int sockets[2];
  socket_pair(sockets);
  if (sendmsg(sockets[0], &header, 0) < 0) must("send", -errno);
}

int main(int count, char **args) {
  if (count != 5) {
    fprintf(stderr, "usage: holder program|pin|flight KEYHEX VALUEHEX DIRECTORY\n");
    return 64;
  }
  struct map map = make();
  update(&map, key_of(&map, args[2]), value_of(&map, args[3]));
  if (strcmp(args[1], "program") == 0) {
    by_program(&map);
  } else if (strcmp(args[1], "pin") == 0) {
    by_pin(&map, args[4]);
  } else {
    in_flight(&map);
  }
  unsigned int id = id_of(&map);
  close(map.fd);
  printf("map %u\n", id);
  fflush(stdout);
  char line[64];
  while (read(0, line, sizeof line) > 0) {
  }
  return 0;
}
