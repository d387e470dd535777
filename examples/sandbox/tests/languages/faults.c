/* A client of one's own in C, with nothing but sockets, against the program with faults.
 *
 *     faults PORT TOKEN PROJECT_UID
 *
 * The program has to be started with --control. */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum outcome { DONE, NOT_DONE, UNCLEAR };

static const struct {
  const char *fault;
  enum outcome concluded;
  int is_done;
} faults[] = {
    {"refusal-429", NOT_DONE, 0},
    {"refusal-500", UNCLEAR, 0},
    {"gateway-502", UNCLEAR, 0},
    {"gateway-504+after-the-work", UNCLEAR, 1},
    {"html", UNCLEAR, 0},
    {"not-the-envelope", UNCLEAR, 1},
    {"reset", UNCLEAR, 0},
    {"lost-answer", UNCLEAR, 1},
    {"reset-in-head", UNCLEAR, 1},
    {"reset-in-body", UNCLEAR, 1},
    {"cut-short", UNCLEAR, 1},
    {"hang", UNCLEAR, 0},
    {"slow-5000", UNCLEAR, 1},
    {"drip-0", DONE, 1},
};

static int port;
static char response[1 << 20];

static void fail(const char *what)
{
  perror(what);
  exit(EXIT_FAILURE);
}

/* Sends a request, and reads until the connection ends, at most 300 ms for each part. Returns the
 * status if the whole response came, otherwise 0. */
static int post(const char *path, const char *headers, const char *body)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  struct timeval patience = {.tv_usec = 300000};
  char request[4096];
  size_t filled = 0;
  ssize_t got = 0;
  int stream = socket(AF_INET, SOCK_STREAM, 0);

  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (stream < 0 || connect(stream, (struct sockaddr *)&address, sizeof address) != 0)
    fail("connect");
  setsockopt(stream, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  int length = snprintf(request, sizeof request,
                        "POST %s HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n%s"
                        "Content-Length: %zu\r\n\r\n%s",
                        path, headers, strlen(body), body);
  if (write(stream, request, (size_t)length) != length)
    fail("write");
  while (filled < sizeof response - 1 &&
         (got = read(stream, response + filled, sizeof response - 1 - filled)) > 0)
    filled += (size_t)got;
  response[filled] = '\0';
  close(stream);

  const char *announced = strstr(response, "Content-Length: ");
  const char *head_end = strstr(response, "\r\n\r\n");
  if (got != 0 || announced == NULL || head_end == NULL ||
      strlen(head_end + 4) != strtoul(announced + 16, NULL, 10))
    return 0;
  return atoi(response + 9);
}

static void control(const char *command)
{
  if (post("/sandbox/control", "", command) != 200) {
    fprintf(stderr, "%s: %s\n", command, response);
    exit(EXIT_FAILURE);
  }
}

static enum outcome create_tag(const char *token, const char *project, const char *name)
{
  char headers[512], body[512];
  snprintf(headers, sizeof headers,
           "Authorization: Bearer %s\r\nContent-Type: application/json\r\n", token);
  snprintf(body, sizeof body, "{\"project_uid\":\"%s\",\"name\":\"%s\"}", project, name);
  int status = post("/chatbot/v1/createContactTag", headers, body);
  if (status == 200 && strstr(response, "RXSUCCESS") != NULL)
    return DONE;
  return status == 429 ? NOT_DONE : UNCLEAR;
}

int main(int count, char **arguments)
{
  if (count != 4) {
    fprintf(stderr, "usage: faults PORT TOKEN PROJECT_UID\n");
    return EXIT_FAILURE;
  }
  port = atoi(arguments[1]);
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
    char command[128], name[32], tag[64];
    snprintf(command, sizeof command, "{\"fail\":\"createContactTag=%s\"}", faults[i].fault);
    snprintf(name, sizeof name, "tag %zu.", i);
    control(command);
    enum outcome concluded = create_tag(arguments[2], arguments[3], name);
    control("{\"snapshot\":{}}");
    snprintf(tag, sizeof tag, "\"name\":\"%s\"", name);
    int is_done = strstr(response, tag) != NULL;
    if (concluded != faults[i].concluded || is_done != faults[i].is_done) {
      fprintf(stderr, "%s: concluded %d, done %d\n", faults[i].fault, concluded, is_done);
      return EXIT_FAILURE;
    }
    printf("%s\n", faults[i].fault);
  }
  return EXIT_SUCCESS;
}
