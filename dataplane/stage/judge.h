// SPDX-License-Identifier: Apache-2.0
// Decides what the parsers tell of one segment, message by message: each operation as it is told,
// until one is refused; the message's fate when it is whole. What a message that goes on in the
// next segment has come to is kept in its stream.
//
// Whatever the initiator says is decided, and whatever the responder asks by itself; the rest are
// answers, whose form has been checked. Data of I/O connections of CIP is asked for by an opening:
// what goes to the target is decided, whichever end of the flow sends it, and nothing else passes
// that nobody opened.
#pragma once

#include "event_sink.h"
#include "stage/inspected_segment.h"
#include "stage/limits.h"

namespace bulkhead::dataplane {

class Judge final : public wire::OperationSink {
 public:
  explicit Judge(InspectedSegment& segment) noexcept
      : segment_(segment),
        limits_(segment.entry, segment.view),
        refused_(segment.own.refused),
        noted_(segment.own.noted),
        earlier_(refused_ != DropReason::kNone) {
    now_ns = segment.view.now.steady_ns;
  }

  void told() noexcept override;

  // The message is whole with `frame`: kNone, and then it counts, or why it may not pass. A refusal
  // has been reported. The next message may be told.
  [[nodiscard]] DropReason end_message(std::span<const uint8_t> frame) noexcept;
  // The segment ends, perhaps amid a message. What that has asked for until here, it takes.
  void suspend() noexcept;
  // The operation that was told last; nullptr: what was refused came with an earlier segment.
  [[nodiscard]] const wire::Operation* last() const noexcept {
    return earlier_ ? nullptr : &operation;
  }

 private:
  // Who asks whom, and on which port he answers.
  struct Asking {
    image::Parties parties;
    uint16_t port = 0;
  };
  [[nodiscard]] Asking of_flow() const noexcept;
  DropReason decide_of_flow() noexcept;
  DropReason decide(const Asking& asking) noexcept;
  [[nodiscard]] image::RefusedPart part_of(const image::OperationDecision& decision,
                                           uint16_t port) const noexcept;
  void monitored(const image::OperationDecision& decision, uint16_t port) noexcept;
  DropReason take_io() noexcept;
  DropReason decide_io() noexcept;
  DropReason refuse_io() noexcept;
  DropReason commit() noexcept;
  DropReason refuse(DropReason reason, const EventDetail& detail) noexcept;
  // `technique`: ATT&CK for ICS, where the reason's own is not the one.
  DropReason refuse_unless_monitored(FailureCause cause, DropReason reason,
                                     uint16_t technique = 0) noexcept;
  DropReason take_answer() noexcept;

  InspectedSegment& segment_;
  MessageLimits limits_;
  DropReason refused_;
  size_t noted_;          // requests of this message
  bool plainly_ = false;  // the last decision: allowed, by what the policy alone says
  bool earlier_;          // refused in an earlier segment
};

}  // namespace bulkhead::dataplane
