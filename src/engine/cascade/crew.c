/* crew.c -- blocks of scenarios shared among threads that are there for one run only. Which thread does which block is left to chance; nothing of the result depends on it. */
#include "inside.h"

#include <unistd.h>

enum { THREADS_MAX = 64 };

Err crew_init(Crew *c, const CascadeRun *run, int *threads)
{
    if (!run->scenarios) return err_text(ERR_INVALID, text_of("シナリオの数は 1 以上にしてください", "at least one scenario is needed"));
    if (run->scenarios > CASCADE_SCENARIOS_MAX) return err_text(ERR_TOO_LARGE, text_of("シナリオは 16,777,216 までです", "at most 16,777,216 scenarios"));
    *c = (Crew){.run = run, .blocks = (run->scenarios + BLOCK_LANES - 1) / BLOCK_LANES, .next = 1}; /* the first thread has the first block, so that its pilot always sees the same */
    long n = run->threads > 0 ? run->threads : sysconf(_SC_NPROCESSORS_ONLN);
    if (n > THREADS_MAX) n = THREADS_MAX;
    if ((uint64_t)n > c->blocks) n = (long)c->blocks;
    *threads = n < 1 ? 1 : (int)n;
    return ERR_NONE;
}

bool crew_next(Crew *c, uint64_t *block)
{
    *block = atomic_fetch_add(&c->next, 1);
    return *block < c->blocks;
}

bool crew_go_on(Crew *c, bool first)
{
    if (atomic_load_explicit(&c->stop, memory_order_relaxed)) return false;
    if (!first || !c->run->go_on || c->run->go_on(c->run->arg, (double)atomic_load(&c->done) / (double)c->blocks)) return true;
    atomic_store(&c->stop, true);
    return false;
}

Err crew_work(Crew *c, void *(*work)(void *worker), void *workers, size_t size, pthread_t *thread, bool *runs, int n)
{
    for (int i = 1; i < n; i++) runs[i] = pthread_create(&thread[i], NULL, work, (char *)workers + (size_t)i * size) == 0; /* without it the others do its share */
    work(workers);
    for (int i = 1; i < n; i++)
        if (runs[i]) pthread_join(thread[i], NULL);
    return atomic_load(&c->stop) ? err_text(ERR_INVALID, text_of("取り消しました", "cancelled")) : ERR_NONE;
}
