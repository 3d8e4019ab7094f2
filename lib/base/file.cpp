// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/unique_fd.h"

namespace bulkhead {

namespace {

Status write_all(int fd, std::span<const uint8_t> bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_error("write " + path);
    bytes = bytes.subspan(static_cast<size_t>(n));
  }
  return {};
}

}  // namespace

Result<std::string> read_file(const std::string& path, size_t max_bytes) {
  UniqueFd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!fd.valid()) {
    Error error = io_error("open " + path);
    if (errno == ENOENT) error.code = ErrorCode::kNotFound;
    return error;
  }
  std::string text;
  char buffer[16384];
  for (;;) {
    const ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_error("read " + path);
    if (n == 0) return text;
    if (text.size() + static_cast<size_t>(n) > max_bytes)
      return Error{ErrorCode::kExhausted,
                   path + ": longer than " + std::to_string(max_bytes) + " bytes"};
    text.append(buffer, static_cast<size_t>(n));
  }
}

Status write_file_atomically(const std::string& path, std::span<const uint8_t> bytes,
                             unsigned mode) {
  const std::string temporary = path + ".tmp." + std::to_string(::getpid());
  UniqueFd fd{::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)};
  if (!fd.valid()) return io_error("open " + temporary);
  Status written = write_all(fd.get(), bytes, temporary);
  if (written.ok() && ::fsync(fd.get()) != 0) written = io_error("fsync " + temporary);
  if (written.ok() && ::rename(temporary.c_str(), path.c_str()) != 0)
    written = io_error("rename to " + path);
  if (!written.ok()) ::unlink(temporary.c_str());
  return written;
}

Status write_file_atomically(const std::string& path, std::string_view text, unsigned mode) {
  return write_file_atomically(
      path, std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()), mode);
}

}  // namespace bulkhead
