/* Helper of src/test/bench/run: makes maps, reads one in a loop of batch lookups, and times commands.
 *
 *   mapbench hold COUNT       one hash of COUNT entries (16 B + 32 B); prints its id, waits for end of input
 *   mapbench many COUNT       COUNT small hashes; prints how many, waits for end of input
 *   mapbench read ID          reads the hash ID once with BPF_MAP_LOOKUP_BATCH; prints how many entries
 *   mapbench time CMD ...     runs CMD with its output thrown away; prints wall milliseconds, peak RSS in KiB, exit code
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KEY = 16, VALUE = 32, BATCH = 4096 };

static int bpf(int cmd, union bpf_attr *attr)
{
	return syscall(__NR_bpf, cmd, attr, sizeof(*attr));
}

static void die(const char *what)
{
	fprintf(stderr, "mapbench: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t mix(uint64_t x) /* splitmix64: reproducible, not sorted */
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

static int create(const char *name, uint32_t max_entries)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_HASH, .key_size = KEY, .value_size = VALUE,
				.max_entries = max_entries };
	strncpy(attr.map_name, name, sizeof(attr.map_name) - 1);
	int fd = bpf(BPF_MAP_CREATE, &attr);
	if (fd < 0)
		die("create");
	return fd;
}

static void fill(int fd, uint64_t count, uint64_t seed)
{
	for (uint64_t i = 0; i < count; i++) {
		uint64_t key[2] = { mix(seed + i), mix(~i) }, value[4] = { i, mix(i), mix(i + 1), mix(i + 2) };
		union bpf_attr attr = { .map_fd = fd, .key = (uintptr_t)key, .value = (uintptr_t)value };
		if (bpf(BPF_MAP_UPDATE_ELEM, &attr))
			die("update");
	}
}

static void wait_for_end_of_input(void)
{
	char c;
	fflush(stdout);
	while (read(0, &c, 1) > 0)
		;
}

static void hold(uint64_t count)
{
	struct bpf_map_info info = { 0 };
	int fd = create("bench_hash", count);
	union bpf_attr attr = { .info = { .bpf_fd = fd, .info_len = sizeof(info), .info = (uintptr_t)&info } };

	fill(fd, count, 0);
	if (bpf(BPF_OBJ_GET_INFO_BY_FD, &attr))
		die("info");
	printf("%u\n", info.id);
	wait_for_end_of_input();
}

static void many(uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		char name[16];
		snprintf(name, sizeof(name), "bench_%u", (uint16_t)i);
		fill(create(name, 64), 20, i << 32);
	}
	printf("%llu\n", (unsigned long long)count);
	wait_for_end_of_input();
}

static void read_all(uint32_t id)
{
	static char keys[BATCH * KEY], values[BATCH * VALUE];
	union bpf_attr get = { .map_id = id };
	uint32_t cursor = 0;
	uint64_t total = 0;
	int fd = bpf(BPF_MAP_GET_FD_BY_ID, &get), err = 0;

	if (fd < 0)
		die("open");
	for (int first = 1; !err; first = 0) {
		union bpf_attr attr = { .batch = { .map_fd = fd, .in_batch = first ? 0 : (uintptr_t)&cursor,
						   .out_batch = (uintptr_t)&cursor, .keys = (uintptr_t)keys,
						   .values = (uintptr_t)values, .count = BATCH } };
		err = bpf(BPF_MAP_LOOKUP_BATCH, &attr) ? errno : 0;
		if (err && err != ENOENT)
			die("lookup batch");
		total += attr.batch.count;
	}
	printf("%llu\n", (unsigned long long)total);
}

static void time_command(char **command)
{
	struct timespec from, to;
	struct rusage usage;
	int status;

	clock_gettime(CLOCK_MONOTONIC, &from);
	pid_t pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);
		dup2(null, 1);
		execvp(command[0], command);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0)
		die("run");
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("%.0f %ld %d\n", (to.tv_sec - from.tv_sec) * 1e3 + (to.tv_nsec - from.tv_nsec) / 1e6,
	       usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

int main(int argc, char **argv)
{
	const char *mode = argc > 2 ? argv[1] : "";

	if (!strcmp(mode, "hold"))
		hold(strtoull(argv[2], 0, 10));
	else if (!strcmp(mode, "many"))
		many(strtoull(argv[2], 0, 10));
	else if (!strcmp(mode, "read"))
		read_all(strtoul(argv[2], 0, 10));
	else if (!strcmp(mode, "time"))
		time_command(argv + 2);
	else {
		fprintf(stderr, "usage: mapbench hold|many COUNT | read ID | time CMD ...\n");
		return 64;
	}
	return 0;
}
