// The ways a file descriptor of a map can come to the process that writes through it.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "map.h"
#include "writer.h"

static long obey(const struct map *map, char *line) {
  char *verb = strtok(line, " \n"), *key = strtok(NULL, " \n"), *value = strtok(NULL, " \n");
  if (verb != NULL && strcmp(verb, "update") == 0 && value != NULL) {
    union bpf_attr attr = element(map, key_of(map, key), value_of(map, value));
    return bpf(BPF_MAP_UPDATE_ELEM, &attr);
  }
  if (verb != NULL && strcmp(verb, "delete") == 0 && key != NULL) {
    union bpf_attr attr = element(map, key_of(map, key), NULL);
    return bpf(BPF_MAP_DELETE_ELEM, &attr);
  }
  if (verb != NULL && strcmp(verb, "freeze") == 0) {
    union bpf_attr attr = element(map, NULL, NULL);
    return bpf(BPF_MAP_FREEZE, &attr);
  }
  return -EINVAL;
}

// Opened now, written later: says `pid N` when it holds the map and again after each line it obeys.
void hold(char **args) {
  struct map map = map_by_id(args[0]);
  char line[65536];
  printf("pid %d\n", getpid());
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) {
    must("hold", obey(&map, line));
    printf("pid %d\n", getpid());
    fflush(stdout);
  }
  exit(0);
}

void fork_exec(char **args) {
  struct map map = map_by_id(args[0]);
  fcntl(map.fd, F_SETFD, 0);  // maps are opened close-on-exec
  int child = fork_child();
  if (child == 0) {
    char fd[16];
    snprintf(fd, sizeof fd, "%d", map.fd);
    const char *line[10] = {self};
    int words = 1;
    if (stays) line[words++] = "--stay";
    if (comm != NULL) {
      line[words++] = "--comm";
      line[words++] = comm;
    }
    line[words++] = "write-fd";
    line[words++] = fd;
    line[words++] = args[1];
    line[words] = args[2];
    execv(self, (char **)line);
    must("exec", -errno);
  }
  close(map.fd);
  end_like(child);
}

void write_fd(char **args) {
  struct map map = map_by_fd(number(args[0]));
  update(&map, key_of(&map, args[1]), value_of(&map, args[2]));
}

void duplicate(char **args) {
  struct map map = map_by_id(args[0]);
  int copy = fcntl(map.fd, F_DUPFD_CLOEXEC, 200);  // beyond the 64 of a process's first table
  if (copy < 0) must("dup", -errno);
  close(map.fd);
  map.fd = copy;
  update(&map, key_of(&map, args[1]), value_of(&map, args[2]));
}

union message {  // room for one descriptor, aligned
  char room[CMSG_SPACE(sizeof(int))];
  struct cmsghdr header;
};

static void send_fd(int socket, int fd) {
  char byte = 0;
  union message message = {0};
  struct iovec data = {&byte, 1};
  struct msghdr header = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = message.room};
  header.msg_controllen = sizeof message.room;
  message.header.cmsg_level = SOL_SOCKET;
  message.header.cmsg_type = SCM_RIGHTS;
  message.header.cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(&message.header), &fd, sizeof fd);
  if (sendmsg(socket, &header, 0) < 0) must("send", -errno);
}

static int receive_fd(int socket) {
  char byte;
  int fd;
  union message message = {0};
  struct iovec data = {&byte, 1};
  struct msghdr header = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = message.room};
  header.msg_controllen = sizeof message.room;
  if (recvmsg(socket, &header, MSG_CMSG_CLOEXEC) != 1 || CMSG_FIRSTHDR(&header) == NULL) {
    must("receive", -EBADMSG);
  }
  memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&header)), sizeof fd);
  return fd;
}

void pass(char **args) {
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0) must("sockets", -errno);
  int child = fork_child();  // before the map is opened: it must not inherit it
  if (child == 0) {
    close(sockets[0]);
    struct map map = map_by_fd(receive_fd(sockets[1]));
    update(&map, key_of(&map, args[1]), value_of(&map, args[2]));
    wrote();
  }
  close(sockets[1]);
  struct map map = map_by_id(args[0]);
  send_fd(sockets[0], map.fd);
  close(map.fd);
  end_like(child);
}

void steal(char **args) {
  int told[2], held;
  if (pipe2(told, O_CLOEXEC) < 0) must("pipe", -errno);
  int child = fork_child();
  if (child == 0) {
    take_name("victim");
    held = map_by_id(args[0]).fd;
    if (write(told[1], &held, sizeof held) != sizeof held) exit(1);
    pause();
  }
  close(told[1]);
  if (read(told[0], &held, sizeof held) != sizeof held) must("victim", -EBADF);
  int pidfd = syscall(__NR_pidfd_open, child, 0);
  if (pidfd < 0) must("pidfd_open", -errno);
  int stolen = syscall(__NR_pidfd_getfd, pidfd, held, 0);
  if (stolen < 0) must("pidfd_getfd", -errno);
  struct map map = map_by_fd(stolen);
  update(&map, key_of(&map, args[1]), value_of(&map, args[2]));
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}
