// SPDX-License-Identifier: Apache-2.0
// How long frames are: all the same, or a mix. Bytes are counted as everywhere here: with the
// Ethernet header, without the FCS.
//
// RFC 2544 9.1 names 64 to 1518 bytes with the FCS. The sizes here are those numbers without it,
// which is 4 bytes more on the wire, but for the last: 1514, the longest there is on Ethernet.
//
// IMIX is the "simple IMIX" of the makers of test equipment: of every 12 frames 7 of 64 bytes, 4 of
// 570 and 1 of 1518, FCS included; written as RFC 6985 4 does, aabaabaabacb (a 64, b 570, c 1518).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bulkhead::bench {

inline constexpr uint16_t kShortestFrame = 60, kLongestFrame = 1514;
inline constexpr std::array<uint16_t, 7> kRfc2544Bytes{64, 128, 256, 512, 1024, 1280, 1514};

class FrameMix {
 public:
  explicit FrameMix(uint16_t bytes);
  static FrameMix imix();
  // "imix", or a number of bytes from kShortestFrame to kLongestFrame.
  static std::optional<FrameMix> parse(const std::string& text);

  // Of the n-th frame.
  [[nodiscard]] uint16_t bytes(size_t n) const noexcept { return bytes_[n % bytes_.size()]; }
  [[nodiscard]] double mean() const noexcept;
  // As configurations are named: "64B", "imix".
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  FrameMix(std::string name, std::vector<uint16_t> bytes);

  std::string name_;
  std::vector<uint16_t> bytes_;
};

}  // namespace bulkhead::bench
