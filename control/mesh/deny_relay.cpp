// SPDX-License-Identifier: Apache-2.0
#include "mesh/deny_relay.h"

#include <algorithm>
#include <utility>

#include "trust/deny_record.h"

namespace bulkhead::control {

namespace {

// Records in our own list decode.
uint64_t number_of(const std::vector<uint8_t>& bytes) {
  const auto outer = trust::decode_signed_deny_record(bytes);
  if (!outer.ok()) return trust::kMaxDenyNumber;
  const auto record = trust::decode_deny_record(outer->record);
  return record.ok() ? record->number : trust::kMaxDenyNumber;
}

}  // namespace

mesh::DenyHave DenyRelay::greeting() const {
  mesh::DenyHave greeting;
  for (const trust::DenyHave& held : list_.have())
    greeting.signers.push_back({held.signer.bytes, held.complete_to});
  if (greeting.signers.size() > mesh::kMaxDenySigners)
    greeting.signers.resize(mesh::kMaxDenySigners);
  return greeting;
}

void DenyRelay::heard(const mesh::DenyHave& held) {
  sent_to_.clear();
  for (const mesh::DenyNumber& number : held.signers)
    sent_to_[identity::SpkiDigest{number.signer}] = number.complete_to;
  behind_ = true;
}

Status DenyRelay::heard(const mesh::DenyRecord& record) {
  Result<trust::AcceptedDeny> accepted = list_.accept(record.bytes);
  if (accepted.ok() || accepted.error().code != ErrorCode::kInvalid) return {};
  return std::move(accepted).error().within("a deny record");
}

void DenyRelay::add(DenyBytes fresh) {
  if (fresh_.size() < kMaxFresh) return fresh_.push_back(std::move(fresh));
  fresh_.clear();
  sent_to_.clear();
  behind_ = true;
}

void DenyRelay::catch_up(std::vector<mesh::DenyRecord>& out) {
  for (const trust::DenyHave& held : list_.have()) {
    if (out.size() >= kBatch) return;
    uint64_t& sent = sent_to_[held.signer];
    for (auto& bytes : list_.records_after(held.signer, sent, kBatch - out.size())) {
      sent = std::max(sent, number_of(bytes));
      out.push_back({std::move(bytes)});
    }
  }
  if (out.size() < kBatch) behind_ = false;
}

std::vector<mesh::DenyRecord> DenyRelay::take() {
  std::vector<mesh::DenyRecord> out;
  while (!fresh_.empty() && out.size() < kBatch) {
    out.push_back({*fresh_.front()});
    fresh_.pop_front();
  }
  if (behind_ && out.size() < kBatch) catch_up(out);
  return out;
}

}  // namespace bulkhead::control
