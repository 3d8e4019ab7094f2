// SPDX-License-Identifier: Apache-2.0
#include "table/outstanding.h"

#include <algorithm>

namespace bulkhead::dataplane {
namespace {

using wire::AnswerRule;
using wire::Follows;

constexpr uint64_t kSecond = 1'000'000'000;

uint64_t patience_of(wire::App app) noexcept {
  const AnswerRule* rule = wire::answer_rule_of(app);
  return rule == nullptr ? 0 : rule->patience_s * kSecond;
}

// Does the answer belong to that request, were it of the same identifier?
bool same_kind(const AnswerRule& rule, const Outstanding::Request& request,
               const wire::Operation& answer) noexcept {
  const AnswerRule* asked = wire::answer_rule_of(request.app);
  if (asked == nullptr || asked->family != rule.family) return false;
  if (rule.by_unit && request.unit != answer.unit) return false;
  return wire::answered_function(*asked, request.app, request.code) ==
         wire::answered_function(rule, answer.app, answer.code);
}

bool same_id(const Outstanding::Request& request, const wire::Operation& answer) noexcept {
  if (request.to_all) return answer.pairing.all_id == request.id || pair_id(answer) == request.id;
  return pair_id(answer) == request.id && request.begun == answer.pairing.later;
}

}  // namespace

void Outstanding::passed(const wire::Operation& request, bool by_initiator,
                         uint64_t now_ns) noexcept {
  if (size_ == kMost) make_room(now_ns);
  Request& r = at(size_++);
  r = {.asked_ns = now_ns,
       .id = wire::pair_id(request),
       .code = request.code,
       .unit = request.unit,
       .app = request.app,
       .by_initiator = by_initiator,
       .to_all = request.pairing.to_all,
       .read = {},
       .written = {}};
  for (const wire::PointRange& range : request.points) {
    if (range.type != wire::PointType::kHolding) continue;
    const bool writes = range.access == wire::OperationClass::kWrite;
    (writes ? r.written : r.read) = {static_cast<uint16_t>(range.first),
                                     static_cast<uint16_t>(range.last - range.first + 1)};
  }
}

// What nothing has to come for goes first.
void Outstanding::make_room(uint64_t now_ns) noexcept {
  for (size_t i = 0; i < size_; ++i)
    if (at(i).idle) return remove(i);
  const uint64_t until = oldest_.asked_ns + patience_of(oldest_.app);
  if (forgotten_ == 0 || now_ns >= rest_->forgotten_until_ns) {
    forgotten_ = 0;
    rest_->forgotten_until_ns = 0;
  }
  if (now_ns < until) {
    ++forgotten_;
    rest_->forgotten_until_ns = std::max(rest_->forgotten_until_ns, until);
  }
  remove(0);
}

void Outstanding::forget_newest(size_t n, bool by_initiator) noexcept {
  for (size_t i = size_; i-- > 0 && n > 0;) {
    if (at(i).by_initiator != by_initiator) continue;
    remove(i);
    --n;
  }
}

std::optional<Outstanding::Request> Outstanding::answered(const wire::Operation& response,
                                                          bool by_initiator) noexcept {
  const AnswerRule* rule = wire::answer_rule_of(response.app);
  if (rule == nullptr) return std::nullopt;
  for (size_t i = 0; i < size_; ++i) {
    Request& one = at(i);
    if (one.by_initiator == by_initiator || !same_id(one, response)) continue;
    if (!same_kind(*rule, one, response)) continue;
    const Request found = one;
    if (one.to_all)
      one.idle = true;
    else if (response.pairing.follows != Follows::kNothing)
      follow(one, response.pairing);
    else if (one.begun)
      remove_ended(found);
    else
      remove(i);
    return found;
  }
  return std::nullopt;
}

void Outstanding::follow(Request& request, const wire::Pairing& answer) noexcept {
  request.begun = true;
  request.idle = answer.follows == Follows::kPerhaps;
  if (answer.next_id != 0) request.id = answer.next_id;
}

// Also the earlier ones of the same identifier whose end nobody told.
void Outstanding::remove_ended(const Request& like) noexcept {
  for (size_t i = size_; i-- > 0;) {
    const Request& r = at(i);
    if (r.begun && r.id == like.id && r.app == like.app && r.by_initiator == like.by_initiator)
      remove(i);
  }
}

bool Outstanding::unasked(uint64_t now_ns) noexcept {
  if (now_ns < unseen_until_ns_) return false;
  if (forgotten_ == 0 || now_ns >= rest_->forgotten_until_ns) return true;
  --forgotten_;
  return false;
}

bool Outstanding::empty() const noexcept {
  for (size_t i = 0; i < size_; ++i)
    if (!at(i).idle) return false;
  return true;
}

void Outstanding::remove(size_t which) noexcept {
  for (size_t i = which + 1; i < size_; ++i) at(i - 1) = at(i);
  --size_;
}

}  // namespace bulkhead::dataplane
