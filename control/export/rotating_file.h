// SPDX-License-Identifier: Apache-2.0
// Events into a file, one a line, as text that is whole whatever happens: a line that did not fit
// the disk is taken back. PATH is written, PATH.1 to PATH.<keep> are full, the youngest first; so
// all take (keep + 1) x max_bytes at most.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "export/sink.h"

namespace bulkhead::control {

class RotatingFile final : public Sink {
 public:
  RotatingFile(std::string path, uint64_t max_bytes, uint32_t keep);

  // kLater with the reason while the file cannot be opened, rotated or written: full disk.
  Delivery deliver(std::string_view message, int stop_fd) override;

 private:
  Status open();
  Status make_room(size_t bytes);
  Status rotate();
  Status write(std::string_view line, uint64_t before);

  const std::string path_;
  const uint64_t max_bytes_;
  const uint32_t keep_;
  UniqueFd fd_;
  bool torn_ = false;  // the file ends within a line
};

}  // namespace bulkhead::control
