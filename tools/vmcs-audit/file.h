/* Reads whole files into memory. */
#ifndef TOOLS_VMCS_AUDIT_FILE_H
#define TOOLS_VMCS_AUDIT_FILE_H

#include <stdbool.h>

#include "lib/text.h"
#include "tools/vmcs-audit/problem.h"

/* Larger than any log. Bounds the memory when the input is an endless pipe. */
#define FILE_SIZE_MAX ((size_t)64 << 20)

/* Reads a file, or standard input if path is NULL. file_free() frees the bytes. */
bool file_read(const char *path, struct text *bytes, struct problem *problem);
void file_free(struct text bytes);

#endif
