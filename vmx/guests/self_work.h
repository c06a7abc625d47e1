/* The work of the running kernel while it is its own guest. */
#ifndef VMX_GUESTS_SELF_WORK_H
#define VMX_GUESTS_SELF_WORK_H

/* Tries things that an operating system does. Returns the name of the first that does not work as
 * it does natively, or NULL. */
const char *self_work(void);

#endif
