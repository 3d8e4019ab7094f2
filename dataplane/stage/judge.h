// SPDX-License-Identifier: Apache-2.0
// Decides what the parsers tell of one segment, message by message: each operation as it is told,
// until one is refused; the message's fate when it is whole.
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
      : segment_(segment), limits_(segment.entry, segment.view) {}

  void told() noexcept override;

  // The message is whole: kNone, and then it counts, or why it may not pass. A refusal has been
  // reported. The next message may be told.
  [[nodiscard]] DropReason end_message() noexcept;

 private:
  DropReason decide() noexcept;
  DropReason commit() noexcept;
  DropReason refuse(DropReason reason, const EventDetail& detail) noexcept;
  DropReason refuse_unless_monitored(DropReason reason) noexcept;
  DropReason take_answer() noexcept;

  InspectedSegment& segment_;
  MessageLimits limits_;
  DropReason refused_ = DropReason::kNone;
  size_t noted_ = 0;  // requests of this message
};

}  // namespace bulkhead::dataplane
