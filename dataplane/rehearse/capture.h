// SPDX-License-Identifier: Apache-2.0
// Frames of a pcap or pcapng file, one after the other, as Ethernet frames. Through libpcap.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

struct pcap;

namespace bulkhead::dataplane {

struct CapturedFrame {
  uint64_t number = 0;  // as capture viewers count: from 1
  int64_t wall_ns = 0;
  bool cut = false;  // the capture holds only its beginning
  bool no_link =
      false;  // the link layer was made up (raw IP, loopback, cooked): all addresses zero
  std::vector<uint8_t> bytes;
};

class Capture {
 public:
  // Errors: kIo: no such file or no capture; kUnsupported: a link type that carries no Ethernet,
  // raw IP, loopback or Linux cooked frames.
  static Result<Capture> open(const std::string& path);

  // False at the end. Errors: kInvalid: the file is damaged from here on, with the frame's number.
  Result<bool> next(CapturedFrame& frame);
  // Of the file's bytes read so far, 0 to 1; for progress.
  [[nodiscard]] double done() const noexcept;

 private:
  struct Close {
    void operator()(pcap* capture) const noexcept;
  };
  Capture(pcap* capture, int link, uint64_t size) noexcept;

  std::unique_ptr<pcap, Close> capture_;
  int link_;
  uint64_t size_;
  uint64_t number_ = 0;
};

}  // namespace bulkhead::dataplane
