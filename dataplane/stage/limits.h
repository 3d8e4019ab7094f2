// SPDX-License-Identifier: Apache-2.0
// Rates and steps of the operations of one message. While they are decided nothing is taken: a
// message passes whole or not at all, and what does not pass must leave no trace. What earlier
// operations of the message would take and write counts for the later ones.
#pragma once

#include "base/static_vector.h"
#include "image/operation_memory.h"
#include "table/flow_entry.h"
#include "table/operation_limits.h"
#include "table/outstanding.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

class MessageLimits final : public image::OperationMemory {
 public:
  MessageLimits(const FlowEntry& entry, WorkerView& view) noexcept;

  [[nodiscard]] bool has_token(const image::RateTerm& rate) const noexcept override;
  [[nodiscard]] std::optional<uint32_t> last_value(uint8_t unit,
                                                   uint32_t address) const noexcept override;
  void charge(const image::RateTerm& rate) noexcept override;

  // Around the decision of each request: forgets what the one before asked; notes what it writes.
  void begin_request() noexcept {
    seen_.clear();
    asked_ = false;
  }
  // Did the decision of the request rest on a rate or a last value?
  [[nodiscard]] bool asked() const noexcept { return asked_; }
  void passed(const wire::Operation& request) noexcept;

  // The message passes: takes its tokens and remembers its values. kNone, or why it may not pass
  // after all: another worker was faster, or there is no room. Tokens taken until then stay taken,
  // and the values of its registers are not known any more.
  [[nodiscard]] DropReason commit() noexcept;
  // The next message begins.
  void begin_message() noexcept;

 private:
  static constexpr size_t kMostRates = 16, kMostRegisters = 128;  // of one message
  struct Charge {
    uint64_t key = 0;
    Rate rate;
    uint32_t count = 0;
  };
  struct Seen {
    uint64_t key = 0;
    std::optional<uint16_t> value;
  };
  struct Write {
    Seen now;
    std::optional<uint16_t> base;
    bool checked = false;  // a rule looked at `base`
  };
  [[nodiscard]] uint64_t key_of(const image::RateTerm& rate) const noexcept;
  [[nodiscard]] const Seen* seen(uint64_t key) const noexcept;
  void note(uint64_t key, std::optional<uint16_t> value) noexcept;
  [[nodiscard]] DropReason take_tokens() noexcept;
  [[nodiscard]] bool remember_values() noexcept;

  const FlowEntry& entry_;
  OperationLimits* limits_;
  const WorkerView& view_;
  uint64_t now_ns_;
  bool overflow_ = false;  // more than kMost...: it cannot pass
  mutable bool asked_ = false;
  StaticVector<Charge, kMostRates> charges_;
  StaticVector<Write, kMostRegisters> writes_;
  mutable StaticVector<Seen, kMostRegisters> seen_;  // by the decision of this request
};

// What the answer to `request` says about watched registers.
void learn(const FlowEntry& entry, const Outstanding::Request& request,
           const wire::Operation& response, WorkerView& view) noexcept;

}  // namespace bulkhead::dataplane
