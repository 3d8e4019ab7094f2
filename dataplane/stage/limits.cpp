// SPDX-License-Identifier: Apache-2.0
#include "stage/limits.h"

namespace bulkhead::dataplane {
namespace {

// Of the destination; null: none is watched.
const image::WatchedRegisters* watched_of(const FlowEntry& entry, const WorkerView& view) noexcept {
  if (view.snapshot.step_points.empty()) [[likely]]
    return nullptr;
  if (view.limits == nullptr || !view.has_policy() || !entry.destination.valid()) return nullptr;
  return view.snapshot.step_points.of_class(view.policy().identity(entry.destination).cls);
}

uint16_t register_at(std::span<const uint8_t> bytes, size_t i) noexcept {
  return static_cast<uint16_t>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
}

// The view of the values that a write carries for a range: all of them, or nullptr.
const wire::ValueView* values_of(const wire::Operation& request, size_t range) noexcept {
  const wire::PointRange& points = request.points[range];
  for (const wire::ValueView& view : request.values) {
    const bool whole = view.encoding == wire::ValueView::Encoding::kBe16 &&
                       view.count > points.last - points.first;
    if (view.range == range && whole) return &view;
  }
  return nullptr;
}

Rate bucket_of(const image::RateTerm& rate) noexcept {
  return {rate.interval_ns, rate.burst};
}

}  // namespace

MessageLimits::MessageLimits(const FlowEntry& entry, WorkerView& view) noexcept
    : entry_(entry), limits_(view.limits), view_(view), now_ns_(view.now.steady_ns) {}

// Addresses, not indices: the count goes on in the next generation.
uint64_t MessageLimits::key_of(const image::RateTerm& rate) const noexcept {
  const IpAddress& from = entry_.initiator_ip();
  const IpAddress& to = entry_.responder_ip();
  const uint64_t pair = mix(mix(from.high(), from.low()), mix(to.high(), to.low()));
  return mix(rate.limit_id ^ limits_->rate_seed, pair);
}

bool MessageLimits::has_token(const image::RateTerm& rate) const noexcept {
  asked_ = true;
  if (limits_ == nullptr) return false;
  const uint64_t key = key_of(rate);
  uint64_t needed = 1;
  bool known = false;
  for (const Charge& charge : charges_) {
    if (charge.key != key) continue;
    needed += charge.count;
    known = true;
  }
  return (known || !charges_.full()) && limits_->rates.left(key, bucket_of(rate), needed, now_ns_);
}

void MessageLimits::charge(const image::RateTerm& rate) noexcept {
  asked_ = true;
  const uint64_t key = key_of(rate);
  for (Charge& charge : charges_) {
    if (charge.key != key) continue;
    ++charge.count;
    return;
  }
  overflow_ |= !charges_.push_back({key, bucket_of(rate), 1});
}

const MessageLimits::Seen* MessageLimits::seen(uint64_t key) const noexcept {
  for (const Seen& seen : seen_) {
    if (seen.key == key) return &seen;
  }
  for (size_t i = writes_.size(); i-- > 0;) {
    if (writes_[i].now.key == key) return &writes_[i].now;
  }
  return nullptr;
}

std::optional<uint32_t> MessageLimits::last_value(uint8_t unit, uint32_t address) const noexcept {
  asked_ = true;
  if (limits_ == nullptr) return std::nullopt;
  const uint64_t key =
      limits_->values.key_of(entry_.responder_ip(), unit, static_cast<uint16_t>(address));
  const Seen* known = seen(key);
  const Seen fresh{key, known != nullptr ? known->value : limits_->values.last(key)};
  // Kept, so that the write rests on the very value that the rule looked at.
  const bool kept =
      (known != nullptr && known >= seen_.begin() && known < seen_.end()) || seen_.push_back(fresh);
  return kept ? fresh.value : std::nullopt;
}

void MessageLimits::note(uint64_t key, std::optional<uint16_t> value) noexcept {
  Write write{{key, value}, std::nullopt, false};
  for (const Seen& seen : seen_) {
    if (seen.key != key) continue;
    write.base = seen.value;
    write.checked = true;
  }
  overflow_ |= !writes_.push_back(write);
}

void MessageLimits::passed(const wire::Operation& request) noexcept {
  const image::WatchedRegisters* watched = watched_of(entry_, view_);
  if (watched == nullptr) return;
  for (size_t range = 0; range < request.points.size(); ++range) {
    const wire::PointRange& points = request.points[range];
    const bool writes =
        points.type == wire::PointType::kHolding && points.access == wire::OperationClass::kWrite;
    if (!writes) continue;
    const wire::ValueView* values = values_of(request, range);
    const auto unit = static_cast<uint8_t>(request.unit);
    for (auto address = static_cast<uint32_t>(points.first); address <= points.last; ++address) {
      if (!watched->contains(unit, address)) continue;
      std::optional<uint16_t> value;
      if (values != nullptr) value = static_cast<uint16_t>(values->at(address - points.first));
      note(limits_->values.key_of(entry_.responder_ip(), unit, static_cast<uint16_t>(address)),
           value);
    }
  }
}

DropReason MessageLimits::take_tokens() noexcept {
  for (const Charge& charge : charges_) {
    switch (limits_->rates.take(charge.key, charge.rate, charge.count, now_ns_)) {
      case RateLimits::Taken::kYes:
        break;
      case RateLimits::Taken::kExceeded:
        return DropReason::kRateExceeded;
      case RateLimits::Taken::kFull:
        return DropReason::kRateTableFull;
    }
  }
  return DropReason::kNone;
}

bool MessageLimits::remember_values() noexcept {
  for (const Write& write : writes_) {
    const std::optional<uint16_t>* base = write.checked ? &write.base : nullptr;
    if (!limits_->values.wrote(write.now.key, write.now.value, now_ns_, base)) return false;
  }
  return true;
}

DropReason MessageLimits::commit() noexcept {
  if (charges_.empty() && writes_.empty()) [[likely]]
    return DropReason::kNone;
  if (overflow_) return writes_.full() ? DropReason::kValueStep : DropReason::kRateExceeded;
  const DropReason refused = take_tokens();
  if (refused != DropReason::kNone) return refused;
  if (remember_values()) return DropReason::kNone;
  for (const Write& write : writes_) limits_->values.unsure(write.now.key, now_ns_);
  return DropReason::kValueStep;
}

void MessageLimits::begin_message() noexcept {
  overflow_ = false;
  charges_.clear();
  writes_.clear();
}

void learn(const FlowEntry& entry, const Outstanding::Request& request,
           const wire::Operation& response, WorkerView& view) noexcept {
  const image::WatchedRegisters* watched = watched_of(entry, view);
  if (watched == nullptr) return;
  PointValues& values = view.limits->values;
  const auto unit = static_cast<uint8_t>(request.unit);
  const auto each = [&](Outstanding::Registers registers, auto&& visit) {
    for (uint32_t i = 0; i < registers.count; ++i) {
      const auto address = static_cast<uint16_t>(registers.first + i);
      if (watched->contains(unit, address))
        visit(values.key_of(entry.responder_ip(), unit, address), i);
    }
  };
  if (response.is_exception) {  // was anything written? Nobody says.
    each(request.written, [&](uint64_t key, uint32_t) { values.unsure(key, view.now.steady_ns); });
  } else if (response.answer.size() == 2u * request.read.count) {
    each(request.read, [&](uint64_t key, uint32_t i) {
      values.answered(key, register_at(response.answer, i), request.asked_ns);
    });
  }
}

}  // namespace bulkhead::dataplane
