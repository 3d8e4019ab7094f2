// SPDX-License-Identifier: Apache-2.0
#include "matcher.h"

#include <atomic>
#include <string>
#include <utility>

#include "match/stream.h"

namespace bulkhead::dataplane {
namespace {

using image::DatabaseKind;

template <typename T>
std::span<const uint8_t> bytes_of(std::span<const T> items) {
  return {reinterpret_cast<const uint8_t*>(items.data()), items.size_bytes()};
}

size_t aligned(size_t bytes) noexcept {
  return (bytes + match::kStreamAlign - 1) / match::kStreamAlign * match::kStreamAlign;
}

Error too_large(const char* what, size_t needed, size_t room) {
  return {ErrorCode::kExhausted, std::string(what) + " need " + std::to_string(needed) +
                                     " bytes for each direction of a flow, and there is room for " +
                                     std::to_string(room)};
}

}  // namespace

Matcher::Key Matcher::key_of(const image::Sections& s) {
  // Where a message lies in the strings is no part of what matches.
  std::vector<match::SignatureRecord> signatures(s.signatures.begin(), s.signatures.end());
  for (match::SignatureRecord& signature : signatures)
    signature.message_offset = signature.message_length = 0;
  const std::span<const match::SignatureRecord> plain = signatures;
  return {image::digest_of(bytes_of(s.identify_rows)),
          image::digest_of(bytes_of(plain)),
          image::digest_of(bytes_of(s.signature_patterns)),
          image::digest_of(bytes_of(s.databases)),
          image::digest_of(s.database_bytes),
          image::digest_of(bytes_of(s.signature_terms)),
          image::digest_of(bytes_of(s.signature_ranges))};
}

size_t Matcher::slot_bytes() const noexcept {
  return aligned(slots(DatabaseKind::kStreamSignatures) * sizeof(uint64_t));
}

Status Matcher::add(const image::Sections& sections, const image::DatabaseRecord& record) {
  const auto kind = static_cast<DatabaseKind>(record.kind);
  records_[index(kind)] = record;
  uint64_t& sets = kind == DatabaseKind::kOperationSignatures ? operation_sets_ : byte_sets_;
  for (const auto& signature : image::Sections::slice(sections.signatures, record.signatures))
    sets |= uint64_t{1} << signature.set;
  const auto bytes = image::Sections::slice(sections.database_bytes, record.bytes);
  if (bytes.empty()) return {};  // of signatures over operations, none of which has parts
  auto loaded = match::Database::load(bytes, image::mode_of(kind));
  if (!loaded) return std::move(loaded).error();
  databases_[index(kind)] = std::move(*loaded);
  for (match::Scratch& scratch : scratches_)
    if (auto status = scratch.fit(databases_[index(kind)]); !status) return status;
  return {};
}

Status Matcher::fits() const {
  const size_t first = database(DatabaseKind::kIdentify).stream_bytes();
  if (first > kIdentifyBytes) return too_large("patterns of first bytes", first, kIdentifyBytes);
  const size_t needed = slot_bytes() + database(DatabaseKind::kStreamSignatures).stream_bytes();
  if (needed > kSignatureBytes) return too_large("signatures", needed, kSignatureBytes);
  return {};
}

Result<std::shared_ptr<const Matcher>> Matcher::load(const image::Sections& sections,
                                                     uint16_t workers,
                                                     std::shared_ptr<const Matcher> before) {
  // Only ever counted up, by admin threads: a number is never used twice.
  static std::atomic<uint64_t> serials{0};
  if (sections.databases.empty()) return std::shared_ptr<const Matcher>();
  const Key key = key_of(sections);
  if (before != nullptr && before->key_ == key && before->workers() == workers) return before;
  auto out = std::make_shared<Matcher>();
  out->key_ = key;
  out->serial_ = serials.fetch_add(1, std::memory_order_relaxed) + 1;
  out->scratches_.resize(workers);
  for (const image::DatabaseRecord& record : sections.databases)
    if (auto status = out->add(sections, record); !status) return std::move(status).error();
  if (auto status = out->fits(); !status) return std::move(status).error();
  return std::shared_ptr<const Matcher>(std::move(out));
}

}  // namespace bulkhead::dataplane
