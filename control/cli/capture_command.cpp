// SPDX-License-Identifier: Apache-2.0
// capture.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>

#include "base/unique_fd.h"
#include "cli/watch_commands.h"

namespace bulkhead::cli {

namespace {

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return true;
}

// Where the packets go; not valid: errno says why.
UniqueFd open_out(const std::string& out) {
  if (out == "-") return UniqueFd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
  return UniqueFd(::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
}

}  // namespace

int run_capture(const Session& session, const CaptureArguments& arguments) {
  if (arguments.out == "-" && ::isatty(STDOUT_FILENO) == 1) {
    std::cerr << "bulkhead: packets are no text: --out FILE, or a pipe: | wireshark -k -i -\n";
    return kUsage;
  }
  std::signal(SIGPIPE, SIG_IGN);  // who read us has had enough: no error
  v1::StreamPacketsRequest request;
  request.set_replay(arguments.last);
  request.set_follow(arguments.follow);
  request.set_reason(arguments.reason);
  request.set_identity(arguments.identity);
  UniqueFd out;
  int failed = 0;
  const auto error = ApiClient(session.place).packets(request, [&](const auto& response) {
    if (response.item_case() == v1::StreamPacketsResponse::kLost) {
      std::cerr << fmt::format("bulkhead: {} packets were lost here: this reader was too slow\n",
                               response.lost());
      return true;
    }
    // Only now: a refused call leaves a file that is there as it is.
    if (!out.valid()) out = open_out(arguments.out);
    if (out.valid() && write_all(out.get(), response.blocks())) return true;
    failed = errno;
    return false;
  });
  if (error) return report(*error);
  if (failed == 0 || failed == EPIPE) return kOk;
  std::cerr << "bulkhead: " << arguments.out << ": " << std::strerror(failed) << "\n";
  return kRefused;
}

}  // namespace bulkhead::cli
