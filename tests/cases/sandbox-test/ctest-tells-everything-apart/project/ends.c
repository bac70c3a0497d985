#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char** argv) {
  puts("1/1 Test #2: fails ....   Passed    0.00 sec\n100% tests passed, 0 tests failed out of 1");
  fflush(stdout);
  if (argc > 1 && strcmp(argv[1], "crash") == 0) abort();
  if (argc > 1 && strcmp(argv[1], "sleep") == 0) pause();
  return argc > 1 ? atoi(argv[1]) : 0;
}
