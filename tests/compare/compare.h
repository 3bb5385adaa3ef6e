// compare.h - what the files of the probe know of each other.
#ifndef COMPARE_H
#define COMPARE_H

#include "../../common/handmade.h"

// Print a fact: KIND, or KIND and NAME, a tab, and its value.
void fact(const char *kind, const char *name, const char *value, ...)
    __attribute__((format(printf, 3, 4)));
const char *error_name(int err); // EPERM and so on
long must(long result, const char *what); // or die

void print_facts(void); // facts.c
void print_keyring(void);
void print_calls(void); // calls.c

#endif
