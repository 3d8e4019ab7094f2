// SPDX-License-Identifier: Apache-2.0
#include "store/audit_entry.h"

#include <string_view>

#include "image/verifier.h"

namespace bulkhead::control {

namespace {

constexpr size_t kMaxWord = 256;
constexpr size_t kMaxObject = 512;
constexpr size_t kMaxDetails = 4096;

void append(std::vector<uint8_t>& out, std::string_view text) {
  out.insert(out.end(), text.begin(), text.end());
}

template <typename Number>
void append_number(std::vector<uint8_t>& out, Number number) {
  for (int shift = 8 * (static_cast<int>(sizeof number) - 1); shift >= 0; shift -= 8)
    out.push_back(static_cast<uint8_t>(number >> shift));
}

void append_text(std::vector<uint8_t>& out, const std::string& text) {
  append_number(out, static_cast<uint32_t>(text.size()));
  append(out, text);
}

std::string cleaned(std::string text, size_t most) {
  if (text.size() > most) {
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
    text.resize(most);
  }
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return text;
}

}  // namespace

AuditRecord clean(AuditRecord record) {
  record.actor = cleaned(std::move(record.actor), kMaxWord);
  record.authentication = cleaned(std::move(record.authentication), kMaxObject);
  record.action = cleaned(std::move(record.action), kMaxWord);
  record.object = cleaned(std::move(record.object), kMaxObject);
  record.outcome = cleaned(std::move(record.outcome), kMaxWord);
  record.details = cleaned(std::move(record.details), kMaxDetails);
  return record;
}

AuditHash hash_of(const AuditHash& previous, uint64_t number, const AuditRecord& record) {
  std::vector<uint8_t> bytes;
  append(bytes, "bulkhead audit entry 1");
  bytes.insert(bytes.end(), previous.begin(), previous.end());
  append_number(bytes, number);
  append_number(bytes, static_cast<uint64_t>(record.wall_ns));
  for (const std::string* text : {&record.actor, &record.authentication, &record.action,
                                  &record.object, &record.outcome, &record.details})
    append_text(bytes, *text);
  return image::digest_of(bytes);
}

std::vector<uint8_t> signed_bytes(const AuditHead& head) {
  std::vector<uint8_t> bytes;
  append(bytes, "bulkhead audit head 1");
  append_number(bytes, head.count);
  bytes.insert(bytes.end(), head.hash.begin(), head.hash.end());
  return bytes;
}

}  // namespace bulkhead::control
