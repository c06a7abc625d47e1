/* The work-load of the running kernel while it is its own guest. */
#ifndef VMX_GUESTS_SELF_WORK_H
#define VMX_GUESTS_SELF_WORK_H

/* What does not work as it does natively, or NULL. */
const char *self_work(void);

#endif
