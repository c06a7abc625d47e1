/* What the running kernel does while it is its own guest. */
#ifndef VMX_GUESTS_SELF_WORK_H
#define VMX_GUESTS_SELF_WORK_H

/* Tries what an operating system uses. Returns the name of the first thing that does not work as it
 * does natively, or NULL. */
const char *self_work(void);

#endif
