// SPDX-License-Identifier: Apache-2.0
// Evidence on disk: pcapng files that are begun anew by size and by time, of which the oldest go.
//
//   DIRECTORY/refused-000017-20261128T143501Z.pcapng     0600; the number counts on over restarts
//
// A file is made with its first packet, and every packet is one write: a file that a crash cut
// short can be read up to the cut. What a full disk did not take is taken out again, so that the
// next packet lies behind a whole one.
//
// Threads: one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "capture/pcapng.h"
#include "config/evidence_config.h"

namespace bulkhead::control {

class CaptureFiles {
 public:
  // Makes the directory (0700) when it is not there. Errors: kIo, kNotFound.
  static Result<CaptureFiles> open(const EvidenceConfig& config, std::string gateway);

  // The event's packet, into the present file or the next one. Errors: kIo; the packet is in no
  // file then, and the next one is tried afresh.
  Status add(const ResolvedEvent& event);
  // What was added survives a loss of power.
  void sync();

 private:
  CaptureFiles(const EvidenceConfig& config, std::string gateway)
      : config_(config), section_(std::move(gateway)) {}

  Status begin_file(int64_t wall_ns);
  Status append(const std::string& blocks);
  Status make_room_for_one();
  [[nodiscard]] bool full(size_t more, int64_t wall_ns) const;

  EvidenceConfig config_;
  pcapng::Section section_;
  UniqueFd file_;
  uint64_t bytes_ = 0;    // of the file, up to the last whole packet
  int64_t begun_ns_ = 0;  // wall time of its first packet
  uint64_t number_ = 0;   // of the newest file
  bool unsynced_ = false;
};

}  // namespace bulkhead::control
