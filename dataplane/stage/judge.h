// SPDX-License-Identifier: Apache-2.0
// Decides what the parsers tell of one segment, message by message: each operation as it is told,
// until one is refused; the message's fate when it is whole. What a message that goes on in the
// next segment has come to is kept in its stream.
//
// Whatever the initiator says is decided, and whatever the responder asks by itself; the rest are
// answers, whose form has been checked.
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
        earlier_(refused_ != DropReason::kNone) {}

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
  DropReason decide() noexcept;
  DropReason commit() noexcept;
  DropReason refuse(DropReason reason, const EventDetail& detail) noexcept;
  DropReason refuse_unless_monitored(FailureCause cause, DropReason reason) noexcept;
  DropReason take_answer() noexcept;

  InspectedSegment& segment_;
  MessageLimits limits_;
  DropReason refused_;
  size_t noted_;  // requests of this message
  bool earlier_;  // refused in an earlier segment
};

}  // namespace bulkhead::dataplane
