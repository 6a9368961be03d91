/* Makes every wait for the disk longer by SLOW_SYNC_MS milliseconds: preloaded before fsync and fdatasync. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

static void wait_longer(void)
{
    const char *said = getenv("SLOW_SYNC_MS");
    long ms = said ? atol(said) : 0;
    struct timespec left = { ms / 1000, ms % 1000 * 1000000 };
    while (nanosleep(&left, &left) == -1 && errno == EINTR) { }
}

static int then(const char *name, int file)
{
    int (*really)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    wait_longer();
    return really(file);
}

int fsync(int file) { return then("fsync", file); }
int fdatasync(int file) { return then("fdatasync", file); }
