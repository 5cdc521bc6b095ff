/* Helper of src/test/bench/tracer: writes a hash map of 8 B keys and 32 B values, and is the rival.
 *
 *   tracerbench programs OBJECT PIN WRITES   a BPF program writes; prints nanoseconds per write
 *   tracerbench calls PIN WRITES             so does this process, by bpf(2)
 *   tracerbench flood PIN KEYS WRITES        bpf(2) at full speed over many keys; the same
 *   tracerbench rival OBJECT                 drains the perf buffer until its input ends; prints
 *                                            how many events came and how many were lost
 *
 * Nanoseconds are of this process on the processor: the rival's reader is not in them.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { PAGES = 64, PACKET = 64 };

static uint64_t events, lost;

static void die(const char *what, int error)
{
	fprintf(stderr, "tracerbench: %s: %s\n", what, strerror(error < 0 ? -error : error));
	exit(1);
}

static double processor_time(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec * 1e9 + now.tv_nsec;
}

static int open_pin(const char *path)
{
	int fd = bpf_obj_get(path);
	if (fd < 0)
		die(path, errno);
	return fd;
}

static struct bpf_object *open_object(const char *path)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	if (!object)
		die(path, errno);
	return object;
}

/* Loads one program of the object and no other. */
static struct bpf_program *load(struct bpf_object *object, const char *name)
{
	struct bpf_program *program = bpf_object__find_program_by_name(object, name);
	bpf_program__set_autoload(program, true);
	int err = bpf_object__load(object);
	if (err)
		die("load", err);
	return program;
}

static void programs(const char *path, const char *pin, uint32_t writes)
{
	char packet[PACKET] = { 0 };
	struct bpf_object *object = open_object(path);
	bpf_map__reuse_fd(bpf_object__find_map_by_name(object, "target"), open_pin(pin));
	struct bpf_program *program = load(object, "write_map");
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = packet, .data_size_in = sizeof(packet), .repeat = writes);
	double began = processor_time();
	int err = bpf_prog_test_run_opts(bpf_program__fd(program), &run);
	double took = processor_time() - began;

	if (err)
		die("test run", err);
	printf("%.0f\n", took / writes);
}

static void calls(const char *pin, uint64_t keys, uint64_t writes)
{
	int map = open_pin(pin);
	double began = processor_time();

	for (uint64_t i = 0; i < writes; i++) {
		uint64_t key = i % keys, value[4] = { i, getpid() };
		if (bpf_map_update_elem(map, &key, value, BPF_ANY))
			die("update", errno);
	}
	printf("%.0f\n", (processor_time() - began) / writes);
}

static void take(void *context, int cpu, void *data, uint32_t size)
{
	(void)context, (void)cpu, (void)data, (void)size;
	events++;
}

static void miss(void *context, int cpu, unsigned long long count)
{
	(void)context, (void)cpu;
	lost += count;
}

static void rival(const char *path)
{
	struct bpf_object *object = open_object(path);
	struct bpf_program *program = load(object, "tell");
	struct bpf_map *map = bpf_object__find_map_by_name(object, "events");
	struct perf_buffer *buffer = perf_buffer__new(bpf_map__fd(map), PAGES, take, miss, NULL, NULL);
	struct pollfd input = { .fd = 0, .events = POLLIN };

	if (!buffer)
		die("perf buffer", errno);
	if (!bpf_program__attach(program))
		die("attach", errno);
	printf("attached\n");
	fflush(stdout);
	while (poll(&input, 1, 0) == 0)
		perf_buffer__poll(buffer, 100);
	perf_buffer__consume(buffer);
	printf("%llu events, %llu lost\n", (unsigned long long)events, (unsigned long long)lost);
}

int main(int argc, char **argv)
{
	const char *mode = argc > 2 ? argv[1] : "";
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };

	setrlimit(RLIMIT_MEMLOCK, &unlimited); /* before 5.11 maps count as locked memory */
	if (!strcmp(mode, "programs") && argc == 5)
		programs(argv[2], argv[3], strtoul(argv[4], 0, 10));
	else if (!strcmp(mode, "calls") && argc == 4)
		calls(argv[2], 4, strtoull(argv[3], 0, 10));
	else if (!strcmp(mode, "flood") && argc == 5)
		calls(argv[2], strtoull(argv[3], 0, 10), strtoull(argv[4], 0, 10));
	else if (!strcmp(mode, "rival"))
		rival(argv[2]);
	else {
		fprintf(stderr, "usage: tracerbench programs OBJECT PIN WRITES | calls PIN WRITES |"
				" flood PIN KEYS WRITES | rival OBJECT\n");
		return 64;
	}
	return 0;
}
