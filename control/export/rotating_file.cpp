// SPDX-License-Identifier: Apache-2.0
#include "export/rotating_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace bulkhead::control {

namespace {

bool ends_within_a_line(int fd, off_t size) {
  char last = '\n';
  return size > 0 && ::pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

}  // namespace

RotatingFile::RotatingFile(std::string path, uint64_t max_bytes, uint32_t keep)
    : path_(std::move(path)), max_bytes_(max_bytes), keep_(keep) {}

Status RotatingFile::open() {
  // O_NONBLOCK: a pipe in its place does not hold us up, and is refused below.
  fd_.reset(::open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0640));
  if (!fd_.valid()) return io_error("open " + path_);
  struct stat file {};
  if (::fstat(fd_.get(), &file) == 0 && S_ISREG(file.st_mode)) {
    torn_ = ends_within_a_line(fd_.get(), file.st_size);
    return {};
  }
  fd_.reset();
  return Error{ErrorCode::kInvalid, path_ + " is no file"};
}

Status RotatingFile::rotate() {
  const auto numbered = [this](uint32_t n) { return path_ + "." + std::to_string(n); };
  for (uint32_t n = keep_; n > 1; --n)
    if (std::rename(numbered(n - 1).c_str(), numbered(n).c_str()) != 0 && errno != ENOENT)
      return io_error("rename " + numbered(n - 1));
  if (std::rename(path_.c_str(), numbered(1).c_str()) != 0) return io_error("rename " + path_);
  fd_.reset();
  return open();
}

// Ready to take so many bytes. What somebody moved, removed or emptied meanwhile is noticed.
Status RotatingFile::make_room(size_t bytes) {
  struct stat named {
  }, ours{};
  const bool there = fd_.valid() && ::fstat(fd_.get(), &ours) == 0 &&
                     ::stat(path_.c_str(), &named) == 0 && named.st_ino == ours.st_ino &&
                     named.st_dev == ours.st_dev;
  if (!there) {
    if (Status opened = open(); !opened) return opened;
    if (::fstat(fd_.get(), &ours) != 0) return io_error("size of " + path_);
  }
  const auto size = static_cast<uint64_t>(ours.st_size);
  return size != 0 && size + bytes > max_bytes_ ? rotate() : Status{};
}

Status RotatingFile::write(std::string_view line, uint64_t before) {
  for (std::string_view rest = line; !rest.empty();) {
    const ssize_t written = ::write(fd_.get(), rest.data(), rest.size());
    if (written > 0) {
      rest.remove_prefix(static_cast<size_t>(written));
      continue;
    }
    if (written < 0 && errno == EINTR) continue;
    Error error = io_error("write " + path_);
    if (rest.size() != line.size() && ::ftruncate(fd_.get(), static_cast<off_t>(before)) != 0)
      torn_ = true;
    return error;
  }
  torn_ = false;
  return {};
}

Delivery RotatingFile::deliver(std::string_view message, int) {
  std::string line{message};
  line += '\n';
  const auto later = [](Status failed) {
    return Delivery{Delivery::State::kLater, std::move(failed).error().sentence};
  };
  if (Status ready = make_room(line.size() + 1); !ready) return later(std::move(ready));
  if (torn_) line.insert(line.begin(), '\n');
  struct stat file {};
  if (::fstat(fd_.get(), &file) != 0) return later(io_error("size of " + path_));
  if (Status written = write(line, static_cast<uint64_t>(file.st_size)); !written)
    return later(std::move(written));
  return {};
}

}  // namespace bulkhead::control
