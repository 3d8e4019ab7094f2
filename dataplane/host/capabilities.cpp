// SPDX-License-Identifier: Apache-2.0
#include "host/capabilities.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/file.h"

namespace bulkhead::dataplane {
namespace {

constexpr size_t kMaxStatusBytes = 16384;
constexpr std::chrono::seconds kPatience{2};
constexpr std::chrono::milliseconds kPause{1};

// Async-signal-safe, and leaves errno alone.
void drop_own(int /*signal*/) {
  const int saved = errno;
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  (void)::syscall(SYS_capset, &header, none);
  errno = saved;
}

// "CapPrm:\t0000000000000000": permitted holds all that effective and ambient can.
bool has_any(std::string_view status) {
  for (const std::string_view set : {"CapPrm:", "CapInh:"}) {
    const size_t at = status.find(set);
    if (at == std::string_view::npos) return true;
    const std::string_view value = status.substr(at + set.size(), 17);  // a tab, 16 digits
    if (value.find_first_not_of("\t0") != std::string_view::npos) return true;
  }
  return false;
}

// A thread that has ended meanwhile has none.
bool keeps(pid_t thread) {
  const std::string path = "/proc/self/task/" + std::to_string(thread) + "/status";
  const auto status = read_file(path, kMaxStatusBytes);
  if (status) return has_any(*status);
  return ::access(path.c_str(), F_OK) == 0;
}

std::vector<pid_t> threads_with_capabilities() {
  std::vector<pid_t> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task", error)) {
    const std::string name = entry.path().filename();
    pid_t thread = 0;
    std::from_chars(name.data(), name.data() + name.size(), thread);
    if (keeps(thread)) found.push_back(thread);
  }
  if (error) found.push_back(::getpid());  // not to be seen: not to be believed
  return found;
}

// Drivers take real-time signals for themselves: one that nobody handles.
int free_signal() {
  for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal) {
    struct sigaction now {};
    if (::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) return signal;
  }
  return SIGUSR2;
}

// The handler, for as long as it lives.
class Handler {
 public:
  explicit Handler(int signal) : signal_(signal) {
    struct sigaction action {};
    action.sa_handler = drop_own;
    action.sa_flags = SA_RESTART;
    ::sigaction(signal, &action, &before_);
  }
  ~Handler() { ::sigaction(signal_, &before_, nullptr); }
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;

 private:
  int signal_;
  struct sigaction before_ {};
};

}  // namespace

Status drop_capabilities() {
  drop_own(0);  // first: threads made from now on have none
  const int signal = free_signal();
  const Handler handler(signal);
  const auto until = std::chrono::steady_clock::now() + kPatience;
  for (auto left = threads_with_capabilities(); !left.empty(); left = threads_with_capabilities()) {
    if (std::chrono::steady_clock::now() >= until)
      return Error{ErrorCode::kPermission,
                   "thread " + std::to_string(left.front()) + " keeps its capabilities"};
    for (const pid_t thread : left) (void)::syscall(SYS_tgkill, ::getpid(), thread, signal);
    std::this_thread::sleep_for(kPause);
  }
  return {};
}

}  // namespace bulkhead::dataplane
