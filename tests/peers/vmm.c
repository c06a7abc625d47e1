/* A virtual machine monitor for Linux's KVM that measures the cost of VM exits. It runs guest.asm
 * and prints a line for each instruction, like Trapline's guest=bench.
 *
 * usage: vmm GUEST    GUEST is guest.asm, assembled
 *
 * The monitor does not create KVM's in-kernel interrupt controller, with which HLT would wait in
 * the kernel for an interrupt. It counts the VM exits of an instruction, and how many of them reach
 * this program. */

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <termios.h>
#include <unistd.h>

#include "lib/x86.h"

#define WARM_UP 16
#define SAMPLES 256
#define ROUNDS  (WARM_UP + SAMPLES)

/* The same values as in guest.asm. */
#define PORT_BEGIN    0x10
#define PORT_END      0x11
#define PORT_FINISHED 0x12
#define GUEST_ORIGIN  0x10000

/* The guest's memory begins at 0. Its page tables map the first GiB in 2-MiB pages. */
#define RAM_SIZE       0x200000
#define PML4           0x1000
#define PDPT           0x2000
#define PAGE_DIRECTORY 0x3000
#define FRESH          0x10000000 /* pages that the guest accesses first while it is measured */
#define FRESH_SIZE     (UINT64_C(0x1000) * ROUNDS)
#define ABSENT         0x20000000 /* no memory here: KVM passes accesses to this program */

#define CPUID_ENTRIES 100

/* Address for KVM's own pages, beyond all addresses that the guest uses. */
#define KVM_OWN_PAGES 0xfffbc000

struct vm {
    int kvm, vm, cpu;
    struct kvm_run *run;
    uint8_t *ram;
    int stats;               /* file with KVM's statistics of the processor */
    off_t exits_offset;      /* offset of the number of VM exits in that file */
    uint64_t runs;           /* how often KVM_RUN returned to this program */
    uint64_t exits_at_begin; /* number of VM exits when the measurement began */
    uint64_t runs_at_begin;  /* value of `runs` when the measurement began */
};

static _Noreturn __attribute__((format(printf, 1, 2))) void die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fputs("vmm: ", stderr);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
    exit(EXIT_FAILURE);
}

static int request(int file, unsigned long number, void *argument, const char *name)
{
    const int result = ioctl(file, number, argument);
    if (result < 0)
        die("%s: %s", name, strerror(errno));
    return result;
}

#define REQUEST(file, number, argument) request((file), (number), (argument), #number)

/* ---- The machine ---- */

/* Adds guest memory. The host backs it with 4-KiB pages and allocates them now, so that the
 * measurement of EPT violations contains KVM's work for one page, but not Linux's allocation.
 * Returns the memory. */
static uint8_t *add_memory(const struct vm *vm, uint32_t slot, uint64_t address, uint64_t size)
{
    uint8_t *const memory =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        die("no memory for the guest: %s", strerror(errno));
    /* Ignore errors: a kernel without huge pages refuses this. */
    (void)madvise(memory, size, MADV_NOHUGEPAGE);
    for (uint64_t at = 0; at < size; at += 0x1000)
        memory[at] = 1;

    struct kvm_userspace_memory_region region = {.slot = slot,
                                                 .guest_phys_addr = address,
                                                 .memory_size = size,
                                                 .userspace_addr = (uintptr_t)memory};
    REQUEST(vm->vm, KVM_SET_USER_MEMORY_REGION, &region);
    return memory;
}

static void load_guest(const struct vm *vm, const char *name)
{
    const int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        die("%s: %s", name, strerror(errno));
    const ssize_t size = read(file, vm->ram + GUEST_ORIGIN, RAM_SIZE - GUEST_ORIGIN);
    if (size <= 0) {
        die("%s: %s", name,
            size < 0 ? strerror(errno) : "needs an assembled guest, found an empty file");
    }
    (void)close(file);
}

static void put(const struct vm *vm, uint64_t address, uint64_t value)
{
    memcpy(vm->ram + address, &value, sizeof value);
}

static void make_tables(const struct vm *vm)
{
    memset(vm->ram + PML4, 0, PAGE_DIRECTORY + 0x1000 - PML4);
    put(vm, PML4, PDPT | PTE_P | PTE_RW);
    put(vm, PDPT, PAGE_DIRECTORY | PTE_P | PTE_RW);
    for (uint64_t i = 0; i < 512; i++)
        put(vm, PAGE_DIRECTORY + i * 8, i << 21 | PTE_PS | PTE_P | PTE_RW);
}

static void set_cpuid(const struct vm *vm)
{
    struct kvm_cpuid2 *const cpuid =
        calloc(1, sizeof *cpuid + CPUID_ENTRIES * sizeof cpuid->entries[0]);
    if (cpuid == NULL)
        die("no memory for CPUID");
    cpuid->nent = CPUID_ENTRIES;
    REQUEST(vm->kvm, KVM_GET_SUPPORTED_CPUID, cpuid);
    REQUEST(vm->cpu, KVM_SET_CPUID2, cpuid);
    free(cpuid);
}

static void set_registers(const struct vm *vm)
{
    struct kvm_sregs special;
    REQUEST(vm->cpu, KVM_GET_SREGS, &special);
    special.cr0 = CR0_PE | CR0_ET | CR0_PG;
    special.cr3 = PML4;
    special.cr4 = CR4_PAE;
    special.efer = EFER_LME | EFER_LMA;
    special.cs = (struct kvm_segment){
        .limit = 0xffffffff, .selector = 8, .type = 11, .present = 1, .s = 1, .l = 1, .g = 1};
    const struct kvm_segment data = {
        .limit = 0xffffffff, .selector = 16, .type = 3, .present = 1, .s = 1, .db = 1, .g = 1};
    special.ds = special.es = special.fs = special.gs = special.ss = data;
    REQUEST(vm->cpu, KVM_SET_SREGS, &special);

    struct kvm_regs registers = {.rip = GUEST_ORIGIN, .rflags = 2, .r12 = FRESH, .r13 = ABSENT};
    REQUEST(vm->cpu, KVM_SET_REGS, &registers);
}

static struct vm make_vm(const char *guest)
{
    struct vm vm = {.kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC)};
    if (vm.kvm < 0) {
        die("/dev/kvm: %s: is kvm_intel loaded, and does this processor have VMX?",
            strerror(errno));
    }
    vm.vm = REQUEST(vm.kvm, KVM_CREATE_VM, NULL);
    uint64_t own_pages = KVM_OWN_PAGES;
    REQUEST(vm.vm, KVM_SET_IDENTITY_MAP_ADDR, &own_pages);
    /* This request takes the address itself, not a pointer to it. */
    REQUEST(vm.vm, KVM_SET_TSS_ADDR, (void *)(uintptr_t)(KVM_OWN_PAGES + 0x1000));
    vm.ram = add_memory(&vm, 0, 0, RAM_SIZE);
    add_memory(&vm, 1, FRESH, FRESH_SIZE);
    make_tables(&vm);
    load_guest(&vm, guest);

    vm.cpu = REQUEST(vm.vm, KVM_CREATE_VCPU, NULL);
    const int size = REQUEST(vm.kvm, KVM_GET_VCPU_MMAP_SIZE, NULL);
    vm.run = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, vm.cpu, 0);
    if (vm.run == MAP_FAILED)
        die("mmap of KVM's struct kvm_run: %s", strerror(errno));
    set_cpuid(&vm);
    set_registers(&vm);
    return vm;
}

/* ---- How many VM exits KVM counted ---- */

static void read_stats(const struct vm *vm, void *target, size_t size, off_t offset)
{
    if (pread(vm->stats, target, size, offset) != (ssize_t)size)
        die("KVM's statistics of the processor cannot be read");
}

static void find_exits(struct vm *vm)
{
    vm->stats = REQUEST(vm->cpu, KVM_GET_STATS_FD, NULL);
    struct kvm_stats_header header;
    read_stats(vm, &header, sizeof header, 0);
    for (uint32_t i = 0; i < header.num_desc; i++) {
        struct kvm_stats_desc about;
        char name[sizeof "exits"] = "";
        const off_t offset =
            (off_t)header.desc_offset + (off_t)i * (off_t)(sizeof about + header.name_size);
        read_stats(vm, &about, sizeof about, offset);
        read_stats(vm, name, sizeof name, offset + (off_t)sizeof about);
        if (memcmp(name, "exits", sizeof name) == 0) {
            vm->exits_offset = (off_t)header.data_offset + about.offset;
            return;
        }
    }
    die("KVM's statistics of the processor do not count VM exits");
}

static uint64_t exits(const struct vm *vm)
{
    uint64_t count;
    read_stats(vm, &count, sizeof count, vm->exits_offset);
    return count;
}

/* ---- Results ---- */

static int compare(const void *left, const void *right)
{
    const uint32_t a = *(const uint32_t *)left;
    const uint32_t b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* Copies the samples at a guest address without the warm-up, and sorts them in ascending order. */
static void get_samples(const struct vm *vm, uint64_t address, uint32_t samples[SAMPLES])
{
    memcpy(samples, vm->ram + address + WARM_UP * sizeof samples[0], SAMPLES * sizeof samples[0]);
    qsort(samples, SAMPLES, sizeof samples[0], compare);
}

/* Returns a percentile of the sorted samples; the 0th percentile is the minimum. */
static uint32_t percentile(const uint32_t samples[SAMPLES], unsigned percent)
{
    return samples[percent > 0 ? (SAMPLES * percent + 99) / 100 - 1 : 0];
}

static unsigned above(uint32_t sample, uint32_t overhead)
{
    return sample > overhead ? sample - overhead : 0;
}

/* Prints the result of the measurement that ended just now. */
static void print_result(const struct vm *vm)
{
    struct kvm_regs registers;
    REQUEST(vm->cpu, KVM_GET_REGS, &registers);
    const char *const name = (const char *)vm->ram + registers.rsi;

    if (exits(vm) - vm->exits_at_begin < ROUNDS) {
        printf("bench: name=%s skipped=\"KVM lets the guest execute it without a VM exit\"\n",
               name);
        return;
    }
    uint32_t without[SAMPLES], with[SAMPLES];
    get_samples(vm, registers.r10, without);
    get_samples(vm, registers.r11, with);
    const uint32_t overhead = percentile(without, 50);
    /* The OUT to PORT_END is one further return. */
    const bool to_user = vm->runs - vm->runs_at_begin > ROUNDS;
    printf("bench: name=%s to=%s unit=tsc samples=%d min=%u median=%u p90=%u p99=%u max=%u "
           "overhead=%u\n",
           name, to_user ? "user" : "kernel", SAMPLES, above(percentile(with, 0), overhead),
           above(percentile(with, 50), overhead), above(percentile(with, 90), overhead),
           above(percentile(with, 99), overhead), above(percentile(with, 100), overhead), overhead);
}

/* ---- What the guest does ---- */

static _Noreturn void give_up(const struct vm *vm)
{
    struct kvm_regs registers;
    REQUEST(vm->cpu, KVM_GET_REGS, &registers);
    die("the guest ended at rip 0x%llx with KVM's exit reason %u; <linux/kvm.h> names it "
        "(8: shutdown, 9: the VM entry failed, 17: KVM could not go on)",
        registers.rip, vm->run->exit_reason);
}

/* Handles an access to an I/O port. Returns false if the guest is finished. Does nothing for other
 * ports than those of the protocol, because the guest is measuring IN or OUT. */
static bool take_port(struct vm *vm)
{
    switch (vm->run->io.port) {
    case PORT_BEGIN:
        vm->exits_at_begin = exits(vm);
        vm->runs_at_begin = vm->runs;
        return true;
    case PORT_END:
        print_result(vm);
        return true;
    case PORT_FINISHED:
        return false;
    default:
        return true;
    }
}

static void run(struct vm *vm)
{
    bool more = true;
    while (more) {
        if (ioctl(vm->cpu, KVM_RUN, NULL) < 0)
            die("KVM_RUN: %s", strerror(errno));
        vm->runs++;
        switch (vm->run->exit_reason) {
        case KVM_EXIT_IO:
            more = take_port(vm);
            break;
        case KVM_EXIT_HLT:
        case KVM_EXIT_MMIO:
        case KVM_EXIT_SET_TPR:
            break;
        default:
            give_up(vm);
        }
    }
}

int main(int count, char **arguments)
{
    if (count != 2)
        die("usage: vmm GUEST");
    struct utsname host;
    if (uname(&host) < 0)
        die("uname: %s", strerror(errno));
    struct vm vm = make_vm(arguments[1]);
    find_exits(&vm);
    /* Serial output during a measurement would interrupt the guest. So buffer all output, and wait
     * until earlier output is sent. tcdrain() fails if stdout is not a terminal; then no wait is
     * needed. */
    (void)setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    (void)tcdrain(STDOUT_FILENO);
    printf("peer: name=KVM kernel=\"%s %s\" irqchip=no\n", host.release, host.version);
    run(&vm);
    puts("peer: name=KVM finished=yes");
    return EXIT_SUCCESS;
}
