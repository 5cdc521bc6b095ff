// Programs that can write a map through a pointer to its values, and programs that only look as if
// they could. Which is which stands in CodeReachTest.
#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#define MAP(NAME, TYPE, ...)                 \
  struct {                                   \
    __uint(type, TYPE);                      \
    __uint(max_entries, 8);                  \
    __type(key, __u32);                      \
    __type(value, struct value);             \
    __VA_ARGS__                              \
  } NAME SEC(".maps")

struct value {
  __u64 first;
  __u64 second;
  char text[16];
};

MAP(array, BPF_MAP_TYPE_ARRAY, );
MAP(other, BPF_MAP_TYPE_ARRAY, );
MAP(hash, BPF_MAP_TYPE_HASH, );
MAP(lru, BPF_MAP_TYPE_LRU_HASH, );
MAP(pcpu_array, BPF_MAP_TYPE_PERCPU_ARRAY, );
MAP(pcpu_hash, BPF_MAP_TYPE_PERCPU_HASH, );
MAP(read_only, BPF_MAP_TYPE_ARRAY, __uint(map_flags, BPF_F_RDONLY_PROG););
MAP(inner, BPF_MAP_TYPE_ARRAY, );

struct inner_map {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 8);
  __type(key, __u32);
  __type(value, struct value);
};

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
  __uint(max_entries, 2);
  __type(key, __u32);
  __array(values, struct inner_map);
} outer SEC(".maps") = {.values = {(void *)&inner}};

struct {
  __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
  __uint(max_entries, 2);
  __type(key, __u32);
  __array(values, struct inner_map);
} outer_hash SEC(".maps") = {.values = {(void *)&inner}};

__u64 global;

static __always_inline struct value *look(void *map) {
  __u32 key = 1;
  return bpf_map_lookup_elem(map, &key);
}

#define READS(MAP)                             \
  SEC("socket") int reads_##MAP(struct __sk_buff *context) { \
    struct value *value = look(&MAP);          \
    if (value) context->cb[0] = value->first;  \
    return 0;                                  \
  }
#define STORES(MAP)                            \
  SEC("socket") int stores_##MAP(struct __sk_buff *context) { \
    struct value *value = look(&MAP);          \
    if (value) value->second = context->len;   \
    return 0;                                  \
  }

READS(array)
READS(hash)
READS(lru)
READS(pcpu_array)
READS(pcpu_hash)
READS(read_only)
STORES(array)
STORES(hash)
STORES(lru)
STORES(pcpu_array)
STORES(pcpu_hash)

SEC("socket") int reads_global(struct __sk_buff *context) {
  return *(volatile __u64 *)&global == context->len;
}

SEC("socket") int stores_global(struct __sk_buff *context) {
  global = context->len;
  return 0;
}

SEC("socket") int adds(struct __sk_buff *context) {
  struct value *value = look(&array);
  if (value) __sync_fetch_and_add(&value->first, context->len);
  return 0;
}

// The values of one map are what another is updated with.
SEC("socket") int copies(struct __sk_buff *context) {
  __u32 key = 2;
  struct value *value = look(&array);
  (void)context;
  if (value) bpf_map_update_elem(&hash, &key, value, BPF_ANY);
  return 0;
}

SEC("socket") int deletes(struct __sk_buff *context) {
  __u32 key = 2;
  (void)context;
  bpf_map_delete_elem(&hash, &key);
  return 0;
}

// A function of the kernel writes into a value.
SEC("socket") int fills(struct __sk_buff *context) {
  struct value *value = look(&array);
  if (value) bpf_skb_load_bytes(context, 0, value->text, sizeof value->text);
  return 0;
}

// Two values, one of which is stored to at an index that nobody knows.
SEC("socket") int stores_one(struct __sk_buff *context) {
  struct value *from = look(&other), *to = look(&array);
  if (from && to) to->text[from->first & 15] = context->len;
  return 0;
}

static __noinline int put(struct value *value, __u32 number) {
  if (value) value->first = number;
  return 0;
}

static __noinline int get(struct value *value, __u32 *number) {
  if (value) *number = value->first;
  return 0;
}

SEC("socket") int stores_below(struct __sk_buff *context) {
  return put(look(&array), context->len);
}

SEC("socket") int reads_below(struct __sk_buff *context) {
  __u32 number = context->len;
  get(look(&array), &number);
  return number;
}

static __noinline struct value *find(__u32 key) {
  return bpf_map_lookup_elem(&array, &key);
}

SEC("socket") int stores_found(struct __sk_buff *context) {
  struct value *value = find(context->len & 7);
  if (value) value->first = context->len;
  return 0;
}

// More pointers than there are registers that survive a call; all of them are read, one is stored to.
SEC("socket") int spills(struct __sk_buff *context) {
  struct value *a = look(&other), *b = look(&array), *c = look(&hash), *d = look(&pcpu_array);
  struct value *e = look(&pcpu_hash), *f = look(&lru);
  __u64 sum = 0;
  if (a) sum += a->first;
  if (b) b->second = sum;
  if (c) sum += c->first;
  if (d) sum += d->first;
  bpf_get_prandom_u32();
  if (e) sum += e->first;
  if (f) sum += f->first;
  context->cb[1] = sum;
  return 0;
}

// The context and a packet are written, through pointers that lay in the stack.
SEC("xdp") int writes_packet(struct xdp_md *context) {
  struct value *a = look(&other), *b = look(&array), *c = look(&hash), *d = look(&pcpu_array);
  struct value *e = look(&pcpu_hash);
  __u64 sum = 0;
  if (a && b && c && d && e) sum = a->first + b->first + c->first + d->first + e->first;
  unsigned char *data = (void *)(long)context->data, *end = (void *)(long)context->data_end;
  if (data + 14 > end) return XDP_PASS;
  bpf_ktime_get_ns();
  data[6] = sum;
  return XDP_PASS;
}

SEC("socket") int reads_outer(struct __sk_buff *context) {
  __u32 key = 0;
  void *map = bpf_map_lookup_elem(&outer, &key);
  struct value *value = map ? look(map) : NULL;
  if (value) context->cb[0] = value->first;
  return 0;
}

SEC("socket") int stores_inner(struct __sk_buff *context) {
  __u32 key = 0;
  void *map = bpf_map_lookup_elem(&outer, &key);
  struct value *value = map ? look(map) : NULL;
  if (value) value->first = context->len;
  return 0;
}

SEC("socket") int stores_inner_h(struct __sk_buff *context) {
  __u32 key = 0;
  void *map = bpf_map_lookup_elem(&outer_hash, &key);
  struct value *value = map ? look(map) : NULL;
  if (value) value->first = context->len;
  return 0;
}

static long store_each(void *map, const void *key, struct value *value, void *context) {
  (void)map, (void)key, (void)context;
  value->first = 1;
  return 0;
}

SEC("socket") int for_each_13(struct __sk_buff *context) {
  __u64 mine = context->len;
  bpf_for_each_map_elem(&array, store_each, &mine, 0);
  return mine;
}

static long store_in_turn(__u32 index, struct value **to) {
  (*to)->first = index;
  return 0;
}

SEC("socket") int loop_17(struct __sk_buff *context) {
  struct value *value = look(&array);
  (void)context;
  if (value) bpf_loop(4, store_in_turn, &value, 0);
  return 0;
}

static long count_in_turn(__u32 index, __u64 *sum) {
  *sum += index;
  return 0;
}

SEC("socket") int loop_reads_17(struct __sk_buff *context) {
  struct value *value = look(&array);
  __u64 sum = value ? value->first : context->len;
  bpf_loop(4, count_in_turn, &sum, 0);
  return sum;
}

struct bpf_iter__bpf_map_elem {
  void *meta, *map, *key;
  struct value *value;
} __attribute__((preserve_access_index));

// Its code mentions no map.
SEC("iter/bpf_map_elem") int iterates(struct bpf_iter__bpf_map_elem *context) {
  struct value *value = context->value;
  if (value) value->first = 1;
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
