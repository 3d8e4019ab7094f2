// SPDX-License-Identifier: Apache-2.0
// What the tests of exports stand on: a collector, a disk that is full, files.
#pragma once

#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <functional>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/unique_fd.h"

namespace bulkhead::control {

// A listening or datagram socket on loopback, with a port of its own.
class Collector {
 public:
  explicit Collector(int type);

  [[nodiscard]] Endpoint endpoint() const { return endpoint_; }
  [[nodiscard]] int fd() const { return fd_.get(); }
  // What comes on the next connection, or as the next datagram, within a second.
  UniqueFd accept();
  std::string datagram();

 private:
  UniqueFd fd_;
  Endpoint endpoint_;
};

// Reads until `enough` says so or nothing comes for two seconds.
std::string read_from(int fd, const std::function<bool(const std::string&)>& enough);
// The messages of octet counting (RFC 6587, 3.4.1); fails the test at anything else. A last one
// that is not whole is left out.
std::vector<std::string> frames_in(const std::string& octets);

std::vector<std::string> lines_of(const std::string& path);

// No file of this process can grow beyond so many bytes: what does not fit is cut off, as on a disk
// that is full.
class SmallFiles {
 public:
  explicit SmallFiles(rlim_t bytes);
  ~SmallFiles();

 private:
  rlimit before_{};
};

// Waits for a condition, not for a time.
bool in_time(const std::function<bool()>& condition,
             std::chrono::seconds limit = std::chrono::seconds{20});

}  // namespace bulkhead::control
