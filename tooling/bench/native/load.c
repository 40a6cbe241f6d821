/*
 * The load: keeps a program under test busy, from one thread, cheaper than any program that it is pointed at.
 *
 *   load echo    PORT CONNECTIONS BYTES PID WARM_UP_MS MS   dials, and sends the next message when the last came back
 *   load accept  0    CONNECTIONS BYTES PID WARM_UP_MS MS   the same on connections that PID dials; prints its port first
 *   load connect PORT CONNECTIONS BYTES PID WARM_UP_MS MS   connect, one echo, FIN, wait for the FIN, again
 *   load hold    PORT CONNECTIONS BYTES                     dials, one echo on each, prints, holds until its input ends
 *
 * What it measured is one line of JSON. PID's processor time is read here, at the moments that the counting starts and ends.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum mode { ECHO, ACCEPT, CONNECT, HOLD };

struct connection {
  int fd;
  uint32_t source;  /* the last two bytes of its address in 127.0.0.0/8 */
  int is_connecting;
  int is_finished;
  size_t sent, received;
  uint64_t began_ns;
};

static enum mode mode;
static int epoll, port, pid;
static size_t message_bytes;
static unsigned char *message, *scratch;
static uint64_t warm_ns, end_ns;

static uint32_t *latencies_ns;
static size_t count, capacity;
static int is_counting;
static uint64_t counting_since_ns;

/* Nanoseconds that a program ran, and that it could have run but had to wait for a processor. */
struct usage {
  uint64_t ran, waited;
};
static struct usage subject, own;

static void fail(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Every thread of the program counts; the first two fields of its schedstat are what is asked for. */
static struct usage usage_of(int process) {
  char path[320];
  snprintf(path, sizeof path, "/proc/%d/task", process);
  DIR *tasks = opendir(path);
  if (!tasks) fail(path);
  struct usage sum = {0, 0};
  for (struct dirent *task; (task = readdir(tasks));) {
    if (task->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", process, task->d_name);
    FILE *file = fopen(path, "r");
    unsigned long long ran, waited;
    if (file && fscanf(file, "%llu %llu", &ran, &waited) == 2) sum.ran += ran, sum.waited += waited;
    if (file) fclose(file);
  }
  closedir(tasks);
  return sum;
}

static void watch(struct connection *c, uint32_t events, int operation) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  if (epoll_ctl(epoll, operation, c->fd, &event)) fail("epoll_ctl");
}

static void dial(struct connection *c) {
  int on = 1;
  struct sockaddr_in at = {.sin_family = AF_INET};
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0) fail("socket");
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  /* Every connection leaves from another address: ports that wait for their time to pass (RFC 9293 section 3.4.2) run out. */
  setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  at.sin_addr.s_addr = htonl(0x7f000000u | (c->source + 2));
  c->source = (c->source + 1) % 60000;
  if (bind(c->fd, (struct sockaddr *)&at, sizeof at)) fail("bind");
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  at.sin_port = htons((uint16_t)port);
  if (connect(c->fd, (struct sockaddr *)&at, sizeof at) && errno != EINPROGRESS) fail("connect");
  c->is_connecting = 1;
  c->is_finished = 0;
  c->sent = c->received = 0;
  c->began_ns = now_ns();
  watch(c, EPOLLOUT, EPOLL_CTL_ADD);
}

static int compare(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void report(uint64_t at_ns) {
  struct usage subject_now = usage_of(pid), own_now = usage_of(getpid());
  qsort(latencies_ns, count, sizeof *latencies_ns, compare);
  printf("{\"messages\":%zu,\"elapsedNs\":%" PRIu64 ",\"subjectNs\":%" PRIu64 ",\"loadNs\":%" PRIu64
         ",\"waitedNs\":%" PRIu64 ",\"p50Ns\":%u,\"p99Ns\":%u}\n",
         count, at_ns - counting_since_ns, subject_now.ran - subject.ran, own_now.ran - own.ran,
         subject_now.waited - subject.waited + own_now.waited - own.waited, latencies_ns[count / 2],
         latencies_ns[count - 1 - count / 100]);
  fflush(stdout);
  exit(0);
}

/* One message came back. */
static void finished(struct connection *c, uint64_t at_ns) {
  if (is_counting) {
    if (count == capacity) {
      capacity = capacity ? capacity * 2 : 1 << 18;
      latencies_ns = realloc(latencies_ns, capacity * sizeof *latencies_ns);
      if (!latencies_ns) fail("realloc");
    }
    latencies_ns[count++] = (uint32_t)(at_ns - c->began_ns);
    if (at_ns >= end_ns) report(at_ns);
  } else if (at_ns >= warm_ns) {
    is_counting = 1;
    subject = usage_of(pid);
    own = usage_of(getpid());
    counting_since_ns = now_ns();
  }
}

static void push(struct connection *c) {
  ssize_t sent = send(c->fd, message + c->sent, message_bytes - c->sent, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) fail("send");
  if (sent > 0) c->sent += (size_t)sent;
  int owes = c->sent < message_bytes;
  /* Only a message larger than the kernel's buffer is ever left over. */
  if (owes || c->is_connecting) watch(c, owes ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
  c->is_connecting = 0;
}

static void begin(struct connection *c, uint64_t at_ns) {
  if (mode != CONNECT) c->began_ns = at_ns;
  c->sent = c->received = 0;
  push(c);
}

static void on_input(struct connection *c, int *held) {
  ssize_t got = recv(c->fd, scratch, message_bytes, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got < 0) fail("recv");
  if (got == 0) {
    if (!c->is_finished) errno = EPIPE, fail("the program under test finished too early");
    close(c->fd);
    finished(c, now_ns());
    dial(c);
    return;
  }
  if (c->received + (size_t)got > message_bytes || memcmp(scratch, message + c->received, (size_t)got))
    errno = EBADMSG, fail("that was no echo");
  c->received += (size_t)got;
  if (c->received < message_bytes) return;
  if (mode == CONNECT) {
    c->is_finished = 1;
    shutdown(c->fd, SHUT_WR);
  } else if (mode == HOLD) {
    *held += 1;
  } else {
    uint64_t at_ns = now_ns();
    finished(c, at_ns);
    begin(c, at_ns);
  }
}

/* Listens, tells where, and takes what the program under test dials. */
static void take(struct connection *all, int connections) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof at;
  int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&at, length) || listen(listener, 4096)) fail("listen");
  getsockname(listener, (struct sockaddr *)&at, &length);
  printf("{\"port\":%d}\n", ntohs(at.sin_port));
  fflush(stdout);
  for (int i = 0; i < connections; i += 1) {
    all[i].fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (all[i].fd < 0) fail("accept");
    setsockopt(all[i].fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(&all[i], EPOLLIN, EPOLL_CTL_ADD);
  }
  for (int i = 0; i < connections; i += 1) begin(&all[i], now_ns());
}

int main(int argc, char **argv) {
  static const char *const names[] = {"echo", "accept", "connect", "hold"};
  static struct epoll_event events[1024];
  if (argc < 5) errno = EINVAL, fail("arguments");
  while (mode <= HOLD && strcmp(argv[1], names[mode])) mode += 1;
  if (mode > HOLD || (mode != HOLD && argc < 8)) errno = EINVAL, fail("arguments");
  port = atoi(argv[2]);
  int connections = atoi(argv[3]), held = 0;
  message_bytes = (size_t)atol(argv[4]);
  if (mode != HOLD) {
    pid = atoi(argv[5]);
    warm_ns = now_ns() + (uint64_t)atol(argv[6]) * 1000000u;
    end_ns = warm_ns + (uint64_t)atol(argv[7]) * 1000000u;
  }
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  message = malloc(message_bytes);
  scratch = malloc(message_bytes);
  struct connection *all = calloc((size_t)connections, sizeof *all);
  if (!message || !scratch || !all) fail("malloc");
  for (size_t i = 0; i < message_bytes; i += 1) message[i] = (unsigned char)('a' + i % 23);
  epoll = epoll_create1(EPOLL_CLOEXEC);
  if (mode == ACCEPT) take(all, connections);
  /* Dialled in groups that fit any backlog. */
  int dialled = mode == ACCEPT ? connections : 0, open = dialled;
  for (;;) {
    for (; dialled < connections && dialled - open < 32; dialled += 1) {
      all[dialled].source = (uint32_t)dialled * 50u % 60000u;
      dial(&all[dialled]);
    }
    int ready = epoll_wait(epoll, events, 1024, 1000);
    if (ready < 0 && errno != EINTR) fail("epoll_wait");
    if (mode != HOLD && now_ns() > end_ns + 2000000000u) errno = ETIMEDOUT, fail("no echo");
    for (int i = 0; i < ready; i += 1) {
      struct connection *c = events[i].data.ptr;
      if (c->is_connecting) {
        if (open < connections) open += 1;
        begin(c, now_ns());
        continue;
      }
      if (events[i].events & EPOLLOUT && c->sent < message_bytes) push(c);
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) on_input(c, &held);
    }
    if (mode == HOLD && held == connections) break;
  }
  printf("{\"held\":%d}\n", held);
  fflush(stdout);
  while (read(0, scratch, message_bytes) > 0) continue;
  return 0;
}
