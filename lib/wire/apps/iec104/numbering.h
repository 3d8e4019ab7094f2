// SPDX-License-Identifier: Apache-2.0
// The numbers of I frames that go one way (IEC 60870-5-104 5.1), where some of them were taken out
// and others put in: the sender counts those that it sent, the receiver those that it got.
//
// Between two such changes both count alike, with a difference. A change is remembered until the
// receiver acknowledged what lies behind it, for only then can no number before it come any more.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace bulkhead::wire::iec104 {

inline constexpr unsigned kNumbers = 1u << 15;

class Numbering {
 public:
  // Far more frames than stations send without an acknowledgement (k is 12, as a rule).
  static constexpr size_t kMostChanges = 64;

  // The sender's frame of this number is taken out.
  void taken_out(uint16_t number) noexcept;
  // A frame is put in before the sender's next one; as which number of the receiver's.
  uint16_t put_in(uint16_t next) noexcept;

  // The receiver's number of a frame of the sender's.
  [[nodiscard]] uint16_t onward(uint16_t number) const noexcept;
  // What the receiver acknowledges, as the sender counts. Frames that were taken out count with
  // those before them. Never less than what the sender was told before.
  uint16_t acknowledged(uint16_t by_receiver) noexcept;
  // In the name of the receiver, up to this number of the sender's.
  void acknowledge(uint16_t number) noexcept;

  // False: more changes are under way than are remembered.
  [[nodiscard]] bool ok() const noexcept { return ok_; }

 private:
  struct Change {
    uint16_t at = 0;  // the receiver's acknowledgement from which on it counts
    int8_t by = 0;    // receiver's number less sender's
  };
  void change(uint16_t at, int8_t by) noexcept;

  uint16_t ahead_ = 0;         // receiver's number less sender's, of the next frame
  uint16_t acknowledged_ = 0;  // the same difference, behind what was acknowledged
  uint16_t told_ = 0;          // the sender, as the highest acknowledgement
  bool has_told_ = false;
  bool ok_ = true;
  uint8_t first_ = 0;  // of the changes that are not acknowledged
  uint8_t count_ = 0;
  std::array<Change, kMostChanges> changes_{};
};

}  // namespace bulkhead::wire::iec104
