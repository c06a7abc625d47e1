/* Files, whole in memory. */
#ifndef TOOLS_VMCS_AUDIT_FILE_H
#define TOOLS_VMCS_AUDIT_FILE_H

#include <stdbool.h>

#include "lib/text.h"
#include "tools/vmcs-audit/problem.h"

/* More than any log is; a program that is fed by a pipe without an end stops here. */
#define FILE_SIZE_MAX ((size_t)64 << 20)

/* Reads a file, or standard input where path is NULL. The bytes are freed by file_free(). */
bool file_read(const char *path, struct text *bytes, struct problem *problem);
void file_free(struct text bytes);

#endif
