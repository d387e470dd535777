/* A thread for each connection, and no HTTP library, so that it is not what is measured. It answers
 * each request with the same page, as benches/support/server.rs does for the clients in Rust. */
#define _GNU_SOURCE
#include "server.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct server {
  int listener;
  bool on_last_core;
  char *response;
  size_t length;
};

struct connection {
  struct server *server;
  int socket;
};

void fail(const char *reason)
{
  fprintf(stderr, "%s\n", reason);
  exit(EXIT_FAILURE);
}

void stay_on_core(bool last)
{
  static cpu_set_t allowed;
  cpu_set_t one;
  int core, chosen = -1;

  /* A thread inherits what was allowed to the one that started it: only the first is asked. */
  if (CPU_COUNT(&allowed) == 0 && sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
    fail("the system does not say which cores there are");
  }
  for (core = 0; core < CPU_SETSIZE; core++) {
    if (CPU_ISSET(core, &allowed) && (last || chosen < 0)) {
      chosen = core;
    }
  }
  CPU_ZERO(&one);
  CPU_SET(chosen, &one);
  if (sched_setaffinity(0, sizeof one, &one) != 0) {
    fail("the system keeps this thread from its core");
  }
}

/* Whether a whole request is there. */
static bool is_whole(char *request, size_t filled)
{
  char *end, *length;

  request[filled] = '\0';
  end = strstr(request, "\r\n\r\n");
  length = strcasestr(request, "\ncontent-length:");
  return end != NULL && length != NULL &&
         filled == (size_t)(end + 4 - request) + strtoul(length + 16, NULL, 10);
}

static void *serve_connection(void *argument)
{
  struct connection connection = *(struct connection *)argument;
  const struct server *server = connection.server;
  char request[4096];
  size_t filled = 0;
  ssize_t count;

  free(argument);
  while ((count = read(connection.socket, request + filled, sizeof request - 1 - filled)) > 0) {
    filled += (size_t)count;
    if (is_whole(request, filled)) {
      if (write(connection.socket, server->response, server->length) != (ssize_t)server->length) {
        break;
      }
      filled = 0;
    }
  }
  close(connection.socket);
  return NULL;
}

static void start_thread(void *(*work)(void *), void *argument)
{
  pthread_t thread;

  if (pthread_create(&thread, NULL, work, argument) != 0) {
    fail("no thread");
  }
  pthread_detach(thread);
}

static void *serve(void *argument)
{
  struct server *server = argument;
  int on = 1;

  stay_on_core(server->on_last_core);
  for (;;) {
    struct connection *connection = malloc(sizeof *connection);
    connection->server = server;
    connection->socket = accept(server->listener, NULL, NULL);
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    start_thread(serve_connection, connection);
  }
  return NULL;
}

/* A page of contacts, each with every field that the API publishes, as a whole response. */
static char *page(int rows, size_t *length)
{
  char *body, *response;
  size_t size;
  FILE *out = open_memstream(&body, &size);
  int id;

  fprintf(out,
          "{\"type\":\"RXSUCCESS\",\"message\":\"Data Fetched Successfully!\",\"total\":%d,\"data\":[",
          rows);
  for (id = 1; id <= rows; id++) {
    fprintf(out,
            "%s{\"id\":%d,\"project_id\":4120,\"name\":\"Ines Duarte\",\"email\":\"ines.%d@example.net\","
            "\"phone\":\"+351210000001\",\"type\":\"lead\",\"tags\":null,\"company_id\":null,"
            "\"createdAt\":\"2026-02-03T08:15:00.000Z\",\"updatedAt\":\"2026-02-04T17:42:09.000Z\"}",
            id == 1 ? "" : ",", id, id);
  }
  fputs("]}", out);
  fclose(out);
  out = open_memstream(&response, length);
  fprintf(out,
          "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n"
          "Content-Length: %zu\r\n\r\n%s",
          size, body);
  fclose(out);
  free(body);
  return response;
}

int serve_page(int rows, bool on_last_core)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  struct server *server = malloc(sizeof *server);

  server->on_last_core = on_last_core;
  server->response = page(rows, &server->length);
  server->listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(server->listener, (struct sockaddr *)&address, size) != 0 ||
      listen(server->listener, 16) != 0 ||
      getsockname(server->listener, (struct sockaddr *)&address, &size) != 0) {
    fail("no server");
  }
  start_thread(serve, server);
  return ntohs(address.sin_port);
}
