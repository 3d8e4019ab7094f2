// SPDX-License-Identifier: Apache-2.0
#include "host/system_calls.h"

#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

namespace bulkhead::dataplane {
namespace {

// No argument looked at: the kernel answers for these from a bitmap, which costs a worker nothing.
constexpr int kAllowed[] = {
    // packet sockets, taps, memif, files of pcap
    SCMP_SYS(sendto),
    SCMP_SYS(recvfrom),
    SCMP_SYS(sendmsg),
    SCMP_SYS(recvmsg),
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(select),
    SCMP_SYS(pselect6),
    // clocks and rests
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(sched_yield),
    // threads and signals
    SCMP_SYS(futex),
    SCMP_SYS(membarrier),
    SCMP_SYS(rseq),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigpending),
    SCMP_SYS(rt_sigtimedwait),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_setaffinity),
    SCMP_SYS(getcpu),
    // interrupts and alarms of EAL
    SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_create1),
    SCMP_SYS(eventfd2),
    SCMP_SYS(timerfd_create),
    SCMP_SYS(timerfd_settime),
    SCMP_SYS(pipe2),
    SCMP_SYS(ioctl),
    // memory
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(mincore),
    SCMP_SYS(mlock),
    SCMP_SYS(mlock2),
    SCMP_SYS(munlock),
    SCMP_SYS(munlockall),
    SCMP_SYS(memfd_create),
    SCMP_SYS(getrandom),
    // control's socket, memif's, and ends of connections
    SCMP_SYS(accept4),
    SCMP_SYS(accept),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(getsockopt),
    SCMP_SYS(setsockopt),
    SCMP_SYS(getsockname),
    SCMP_SYS(getpeername),
    SCMP_SYS(shutdown),
    SCMP_SYS(close),
    // the state directory, policy images, logs
    SCMP_SYS(openat),
    SCMP_SYS(open),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64),
    SCMP_SYS(pread64),
    SCMP_SYS(pwrite64),
    SCMP_SYS(fsync),
    SCMP_SYS(fdatasync),
    SCMP_SYS(ftruncate),
    SCMP_SYS(fchmod),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(rmdir),
    SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat),
    SCMP_SYS(flock),
    SCMP_SYS(fcntl),
    SCMP_SYS(dup),
    SCMP_SYS(getcwd),
    SCMP_SYS(umask),
    // who we are
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getrusage),
    SCMP_SYS(prlimit64),
    SCMP_SYS(getrlimit),
    SCMP_SYS(times),
};

// Nothing of ours asks for these, whatever happens.
constexpr int kKills[] = {
    SCMP_SYS(execve),           SCMP_SYS(execveat),          SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(mount),
    SCMP_SYS(umount2),          SCMP_SYS(pivot_root),        SCMP_SYS(setns),
    SCMP_SYS(unshare),          SCMP_SYS(init_module),       SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),    SCMP_SYS(kexec_load),        SCMP_SYS(kexec_file_load),
};

constexpr uint64_t kNewSpaces = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
                                CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP;

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

// Collects the first error, so that rules read as a list.
class Rules {
 public:
  explicit Rules(scmp_filter_ctx filter) : filter_(filter) {}

  void set(scmp_filter_attr attribute, uint32_t value) {
    note(seccomp_attr_set(filter_, attribute, value));
  }
  void add(uint32_t action, int call) {
    note(seccomp_rule_add_array(filter_, action, call, 0, nullptr));
  }
  void add(uint32_t action, int call, const scmp_arg_cmp& argument) {
    note(seccomp_rule_add_array(filter_, action, call, 1, &argument));
  }
  [[nodiscard]] int error() const { return error_; }

 private:
  void note(int result) {
    if (result < 0 && error_ == 0) error_ = result;
  }
  scmp_filter_ctx filter_;
  int error_ = 0;
};

scmp_arg_cmp equals(unsigned argument, uint64_t value) {
  return {argument, SCMP_CMP_EQ, value, 0};
}
scmp_arg_cmp masked(unsigned argument, uint64_t mask, uint64_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

void add_by_argument(Rules& rules) {
  const scmp_arg_cmp no_code = masked(2, PROT_EXEC, 0);
  rules.add(SCMP_ACT_ALLOW, SCMP_SYS(mmap), no_code);
  rules.add(SCMP_ACT_ALLOW, SCMP_SYS(mprotect), no_code);
  rules.add(SCMP_ACT_ALLOW, SCMP_SYS(socket), equals(0, AF_UNIX));
  rules.add(SCMP_ACT_ALLOW, SCMP_SYS(socketpair), equals(0, AF_UNIX));
  rules.add(SCMP_ACT_ALLOW, SCMP_SYS(tgkill), equals(0, static_cast<uint64_t>(::getpid())));
  rules.add(SCMP_ACT_ALLOW, SCMP_SYS(clone), masked(0, CLONE_THREAD | kNewSpaces, CLONE_THREAD));
  // Its flags lie in memory, where no filter can look: the C library takes clone(2) instead.
  rules.add(SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3));
  for (const uint64_t option : {PR_SET_TIMERSLACK, PR_SET_NAME, PR_GET_NAME, PR_SET_VMA})
    rules.add(SCMP_ACT_ALLOW, SCMP_SYS(prctl), equals(0, option));
}

}  // namespace

Status filter_system_calls() {
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (!filter) return Error{ErrorCode::kUnsupported, "no filter of system calls is to be had"};
  Rules rules(filter.get());
  rules.set(SCMP_FLTATR_CTL_NNP, 1);
  rules.set(SCMP_FLTATR_CTL_TSYNC, 1);
  rules.set(SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a search tree
  for (const int call : kAllowed) rules.add(SCMP_ACT_ALLOW, call);
  for (const int call : kKills) rules.add(SCMP_ACT_KILL_PROCESS, call);
  add_by_argument(rules);
  int error = rules.error();
  if (error == 0) error = seccomp_load(filter.get());
  if (error == 0) return {};
  return Error{ErrorCode::kUnsupported,
               std::string("filter of system calls: ") + std::strerror(-error)};
}

}  // namespace bulkhead::dataplane
