/* The server on loopback that everybody calls. */
#ifndef SERVER_H
#define SERVER_H

#include <stdbool.h>

/* Serves a page of contacts on one core, the first or the last, until the process ends. Returns the
 * port. */
int serve_page(int rows, bool on_last_core);

/* Keeps the calling thread on one core, the first or the last of those that it may use. */
void stay_on_core(bool last);

/* Ends the program with a reason. */
void fail(const char *reason);

#endif
