/* Loads the library, makes a call whose name look-up does not end in time, and unloads the library,
 * again and again.
 *
 *     load LIBRARY ROUNDS
 *
 * The look-ups go on in threads of the library, and end about when it is unloaded. This program is the
 * name server: the library finds its getaddrinfo() first. Prints how many look-ups have ended.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "yourgpt.h"

#ifdef __cplusplus
#error "This program is C, which converts the pointers of dlsym()."
#endif

struct addrinfo;
struct timespec;

int nanosleep(const struct timespec *time, struct timespec *rest);
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **results);

static int ended;

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **results)
{
  const long moment[2] = {0, 3 * 1000 * 1000};
  (void)node, (void)service, (void)hints, (void)results;
  nanosleep((const struct timespec *)moment, NULL);
  __atomic_add_fetch(&ended, 1, __ATOMIC_SEQ_CST);
  return -3; /* EAI_AGAIN */
}

static void *symbol(void *library, const char *name)
{
  void *found = dlsym(library, name);
  if (found == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    exit(EXIT_FAILURE);
  }
  return found;
}

/* Makes the call. It is on a thread of its own, because glibc keeps a library as long as a thread runs
 * that has used its thread-local variables. */
static void *call_once(void *library)
{
  yourgpt_status (*client_new)(const char *, yourgpt_client **, char **);
  yourgpt_status (*call)(const yourgpt_client *, yourgpt_level, const char *, const char *, char **);
  void (*client_free)(yourgpt_client *);
  void (*string_free)(char *);
  yourgpt_client *client;
  yourgpt_status status;
  char *text;

  *(void **)&client_new = symbol(library, "yourgpt_client_new");
  *(void **)&call = symbol(library, "yourgpt_call");
  *(void **)&client_free = symbol(library, "yourgpt_client_free");
  *(void **)&string_free = symbol(library, "yourgpt_string_free");
  status = client_new("{\"api_token\":\"x\",\"base_url\":\"http://silent.test\",\"allow_http\":true,"
                      "\"timeout_ms\":2,\"max_retries\":0}",
                      &client, &text);
  if (status == YOURGPT_OK) {
    status = call(client, YOURGPT_PROJECT, "getSessions", NULL, &text);
  }
  if (status != YOURGPT_TRANSPORT) {
    fprintf(stderr, "%d %s\n", (int)status, text != NULL ? text : "-");
    exit(EXIT_FAILURE);
  }
  string_free(text);
  client_free(client);
  return NULL;
}

static void load_once(const char *path)
{
  pthread_t thread;
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    exit(EXIT_FAILURE);
  }
  if (pthread_create(&thread, NULL, call_once, library) != 0 || pthread_join(thread, NULL) != 0
      || dlclose(library) != 0) {
    exit(EXIT_FAILURE);
  }
}

int main(int argc, char **argv)
{
  const long moment[2] = {0, 200 * 1000 * 1000};
  int round;

  if (argc < 3) {
    return EXIT_FAILURE;
  }
  for (round = 0; round < atoi(argv[2]); round++) {
    load_once(argv[1]);
  }
  nanosleep((const struct timespec *)moment, NULL);
  if (dlopen(argv[1], RTLD_NOW | RTLD_NOLOAD) == NULL) {
    fputs("the library has left the memory\n", stderr);
    return EXIT_FAILURE;
  }
  printf("%d\n", __atomic_load_n(&ended, __ATOMIC_SEQ_CST));
  return EXIT_SUCCESS;
}
