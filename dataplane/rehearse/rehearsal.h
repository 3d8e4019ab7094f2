// SPDX-License-Identifier: Apache-2.0
// A policy tried on frames by the code that enforces it: a real worker over memory ports, under an
// image that was compiled, signed and verified as in the field. Time is the capture's.
//
// All identities are taken to be at one gateway with one zone port, so each packet is decided once,
// as the first gateway on its way would. Bindings to gateway and port are therefore not tried;
// MAC, VLAN and address are.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "policy/model.h"
#include "port/memory_port.h"
#include "rehearse/capture.h"
#include "table/io_connections.h"
#include "telemetry/event.h"
#include "worker.h"

namespace bulkhead::dataplane {

class CaptureClock final : public Clock {
 public:
  Now now() const noexcept override { return now_; }
  // Never backwards: frames of several capturing processors are not always in order.
  void set_wall(int64_t wall_ns) noexcept;

 private:
  Now now_{1, 0};
};

// What became of one frame.
struct Fate {
  bool passed = false;
  DropReason reason = DropReason::kNone;  // when not passed
  std::vector<telemetry::EventRecord> events;
};

class Rehearsal {
 public:
  static constexpr MacAddress kMac{{0x02, 0xbb, 0, 0, 0, 1}};  // of its port

  // Errors: kInvalid, kExhausted: the policy does not compile. `created_wall_ns`: of the image.
  static Result<std::unique_ptr<Rehearsal>> make(policy::Policy policy, int64_t created_wall_ns);

  Fate play(std::span<const uint8_t> frame, int64_t wall_ns);
  // The connection of that packet, whose opening was made up, was under way before the capture.
  void picked_up(const wire::PacketHeaders& packet) noexcept { worker_->picked_up(packet); }

  [[nodiscard]] const image::ImageView& policy() const noexcept { return view_; }
  [[nodiscard]] uint64_t operations_allowed() const noexcept;
  [[nodiscard]] uint64_t drops(DropReason reason) const noexcept;

 private:
  explicit Rehearsal(std::vector<uint8_t> image);
  void make_ring();
  DropReason first_drop();

  static constexpr uint32_t kFlows = 65'536;
  static constexpr uint64_t kEvents = 256;

  std::shared_ptr<const std::vector<uint8_t>> image_;
  image::ImageView view_;
  CaptureClock clock_;
  MemoryPool pool_{1024};
  MemoryQueue queue_{pool_};
  std::unique_ptr<std::byte[]> ring_memory_;
  EventRing producer_;
  sync::RingConsumer<telemetry::EventRecord> consumer_;
  telemetry::WorkerCounters counters_{};
  std::array<uint64_t, kDropReasonCount> seen_{};  // drops before the frame
  sync::Epochs epochs_{1};
  sync::Published<Snapshot> published_;
  IoConnections io_{4096, 0};
  std::unique_ptr<Worker> worker_;
};

}  // namespace bulkhead::dataplane
