// The beginning of a program that holds hptrain several times, for one level of x86-64 each: runs the one for the
// processor at hand, or the one that HPTRAIN_PROCESSOR names. LEVELS lists them as LEVEL(v3), the best first.
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// sysexits.h
enum { wrong_use = 64, not_for_this_machine = 69 };

#define LEVEL(level) int hptrain_main_##level(int, char **);
LEVELS
#undef LEVEL

struct level {
  const char *name;
  bool is_supported;
  int (*main)(int, char **);
};

int main(int count, char **arguments) {
  __builtin_cpu_init();
#define LEVEL(level) {"x86-64-" #level, __builtin_cpu_supports("x86-64-" #level), hptrain_main_##level},
  const struct level levels[] = {LEVELS};
#undef LEVEL
  const char *wish = getenv("HPTRAIN_PROCESSOR");
  const bool has_wish = wish != NULL && *wish != '\0';
  bool is_known = false;
  for (size_t index = 0; index < sizeof levels / sizeof *levels; index++) {
    if (has_wish && strcmp(wish, levels[index].name) != 0) continue;
    is_known = true;
    if (levels[index].is_supported) return levels[index].main(count, arguments);
  }
  if (has_wish && !is_known) {
    fputs("error: HPTRAIN_PROCESSOR is none of", stderr);
    for (size_t index = 0; index < sizeof levels / sizeof *levels; index++)
      fprintf(stderr, " %s", levels[index].name);
    fputs("\n", stderr);
    return wrong_use;
  }
  if (has_wish) {
    fprintf(stderr, "error: this processor does not run %s, which HPTRAIN_PROCESSOR asks for\n", wish);
    return wrong_use;
  }
  fprintf(stderr, "error: this program needs a processor of %s or better\n",
          levels[sizeof levels / sizeof *levels - 1].name);
  return not_for_this_machine;
}
