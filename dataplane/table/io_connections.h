// SPDX-License-Identifier: Apache-2.0
// The I/O connections of CIP that ForwardOpens opened which passed, for all workers: an opening
// goes by TCP, its data by UDP, and the two flows may belong to different workers
// (docs/concurrency.md, "I/O connections").
//
// One record for each way of the data, found by who sends it to whom and by the identifier. Records
// of two hosts in one direction lie in one bucket, whose places are all there is: never more than
// kMostOfPair of them, and what was not heard for longest makes room.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "base/address.h"
#include "wire/apps/cip/io_connection.h"

namespace bulkhead::dataplane {

class IoConnections {
 public:
  static constexpr size_t kWays = 64, kMostOfPair = 32;

  // Room for about so many connections. `seed`: random per process.
  IoConnections(uint32_t connections, uint64_t seed);

  // The answer to an opening passes. Another one of the same identifiers, or of the same triad, is
  // no more. False: other workers are busy in the same place all the time, and it is not known.
  bool opened(const IpAddress& originator, const IpAddress& target,
              const wire::cip::IoConnection& connection, uint64_t now_ns) noexcept;
  // The answer to a closing passes.
  void closed(const IpAddress& originator, const IpAddress& target,
              const wire::cip::Triad& triad) noexcept;

  class Found;
  // Whose data it is; not known: nobody opened it, it was closed, or it was silent for too long.
  [[nodiscard]] Found find(const IpAddress& from, const IpAddress& to, uint32_t identifier,
                           uint64_t now_ns) noexcept;
  // It passes. False: another worker let its sequence number pass meanwhile, or the connection is
  // not what it was.
  [[nodiscard]] static bool passed(const Found& found, uint32_t sequence, uint64_t now_ns) noexcept;

 private:
  struct Record {
    IpAddress from, to;
    IpAddress counterpart;  // where data of the other way goes; zero: there is none
    wire::cip::Triad triad;
    uint32_t unit = 0;
    uint8_t transport_class = 0;
    bool used = false;
    bool to_target = false;
    wire::cip::IoWay way;
  };
  static constexpr size_t kWords = (sizeof(Record) + 7) / 8;

  struct alignas(64) Slot {
    std::atomic<uint64_t> version{0};  // odd: it is being written
    std::atomic<uint64_t> sequence{0};
    std::atomic<uint64_t> heard_ns{0};
    std::array<std::atomic<uint64_t>, kWords> words{};
  };
  struct alignas(64) Bucket {
    std::array<std::atomic<uint32_t>, kWays> identifiers{};  // where to look first; 0 of free ones
    std::atomic<uint32_t> claiming{0};
  };

  // Slot::sequence: of which content of the slot | a number has passed | the last one.
  static constexpr unsigned kContentShift = 33;
  static constexpr uint64_t kPassed = uint64_t{1} << 32;
  static constexpr uint64_t content_of(uint64_t version) noexcept {
    return version >> 1 << kContentShift;
  }
  static bool ahead(uint64_t state, uint32_t sequence) noexcept;

  [[nodiscard]] size_t bucket_of(const IpAddress& from, const IpAddress& to) const noexcept;
  [[nodiscard]] Slot& slot(size_t bucket, size_t way) noexcept {
    return slots_[bucket * kWays + way];
  }
  static Record read(const Slot& slot) noexcept;
  static bool silent(const Slot& slot, const Record& record, uint64_t now_ns) noexcept;
  void write(size_t bucket, size_t way, const Record& record, uint64_t now_ns) noexcept;
  size_t place(size_t bucket, const Record& record, uint64_t now_ns) noexcept;
  bool insert(const Record& record, uint64_t now_ns) noexcept;
  // Frees the records of the triad, and says where data of their other way goes.
  IpAddress remove(const IpAddress& from, const IpAddress& to, const wire::cip::Triad& triad,
                   bool to_target) noexcept;
  bool claim(Bucket& bucket) noexcept;

  const size_t mask_;
  const uint64_t seed_;
  std::unique_ptr<Bucket[]> buckets_;
  std::unique_ptr<Slot[]> slots_;
};

// What was known of the connection when it was looked up; a copy.
class IoConnections::Found {
 public:
  [[nodiscard]] bool known() const noexcept { return slot_ != nullptr; }
  [[nodiscard]] bool to_target() const noexcept { return record_.to_target; }
  // Good as long as this is.
  [[nodiscard]] wire::cip::IoTelling telling() const noexcept {
    return {record_.way, record_.to_target, record_.unit, record_.transport_class};
  }
  // Higher than all that passed (Vol 2 3-4.2): a consumer takes nothing else.
  [[nodiscard]] bool ahead(uint32_t sequence) const noexcept {
    return IoConnections::ahead(state_, sequence);
  }

 private:
  friend class IoConnections;
  Slot* slot_ = nullptr;
  uint64_t state_ = 0;
  Record record_;
};

}  // namespace bulkhead::dataplane
