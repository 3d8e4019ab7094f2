// SPDX-License-Identifier: Apache-2.0
#include "image/compile_matching.h"

#include <algorithm>
#include <utility>

#include "match/identify_table.h"

namespace bulkhead::image {
namespace {

template <typename T>
Run append(std::vector<T>& to, const std::vector<T>& from) {
  if (from.empty()) return {};
  const Run run{static_cast<uint32_t>(to.size()), static_cast<uint32_t>(from.size())};
  to.insert(to.end(), from.begin(), from.end());
  return run;
}

void add_terms(const match::CompiledSignatures& compiled, ImageParts& parts) {
  const auto before = static_cast<uint32_t>(parts.signature_ranges.size());
  for (match::SignatureTermRecord term : compiled.terms) {
    if (term.source_ports != 0 || term.destination_ports != 0 || term.codes != 0)
      term.first_range += before;
    parts.signature_terms.push_back(term);
  }
  (void)append(parts.signature_ranges, compiled.ranges);
}

void add_database(DatabaseKind kind, const match::CompiledSignatures& compiled, ImageParts& parts) {
  if (compiled.signatures.empty()) return;
  std::vector<match::SignatureRecord> records = compiled.signatures;
  for (size_t i = 0; i < records.size(); ++i) {
    const StringRef message = parts.text(compiled.sources[i]->message);
    records[i].message_offset = message.offset;
    records[i].message_length = message.length;
  }
  add_terms(compiled, parts);
  DatabaseRecord record;
  record.kind = static_cast<uint32_t>(kind);
  record.slots = compiled.slots;
  record.signatures = append(parts.signatures, records);
  record.patterns = append(parts.signature_patterns, compiled.signature_of);
  record.bytes = append(parts.database_bytes, compiled.database);
  parts.databases.push_back(record);
}

void clear_if_none(std::vector<uint64_t>& sets) {
  if (std::ranges::all_of(sets, [](uint64_t bits) { return bits == 0; })) sets.clear();
}

bool is_identified(const ServiceRecord& service) {
  return service.app == 0 && service.protocol == wire::ip_protocol::kTcp;
}

}  // namespace

Status MatchingCompiler::set(const std::vector<policy::SignatureSet>& given) {
  std::vector<policy::SignatureSet> sets = given;
  std::ranges::sort(sets, {}, &policy::SignatureSet::name);
  if (sets == sets_) return {};
  std::vector<const std::vector<match::Signature>*> lists;
  for (const policy::SignatureSet& set : sets) lists.push_back(&set.signatures);
  auto compiled = match::compile_signatures(lists);
  if (!compiled) return std::move(compiled).error();
  sets_ = std::move(sets);  // the lists stay where they are
  compiled_ = std::move(*compiled);
  return {};
}

Result<uint64_t> MatchingCompiler::bits_of(const policy::Relationship& relationship) const {
  uint64_t out = 0;
  for (const std::string& name : relationship.signatures) {
    const auto at = std::ranges::find(sets_, name, &policy::SignatureSet::name);
    if (at == sets_.end())
      return Error{ErrorCode::kInvalid, "relationship '" + relationship.name +
                                            "': there are no signatures named '" + name + "'"};
    out |= uint64_t{1} << (at - sets_.begin());
  }
  return out;
}

std::vector<MatchingCompiler::ForWhom> MatchingCompiler::for_whom() const {
  std::vector<ForWhom> out;
  for (size_t i = 0; i < sets_.size(); ++i)
    if (sets_[i].for_whom) out.push_back({uint64_t{1} << i, &*sets_[i].for_whom});
  return out;
}

void MatchingCompiler::write_identification(ImageParts& parts) const {
  if (std::ranges::none_of(parts.services, is_identified)) return;
  const match::CompiledIdentification& compiled = match::compiled_identification();
  parts.identify_rows = compiled.rows;
  DatabaseRecord record;
  record.kind = static_cast<uint32_t>(DatabaseKind::kIdentify);
  record.bytes = append(parts.database_bytes, compiled.database);
  parts.databases.push_back(record);
}

void MatchingCompiler::write_signatures(ImageParts& parts) const {
  clear_if_none(parts.bound_sets);
  clear_if_none(parts.class_sets);
  if (parts.bound_sets.empty() && parts.class_sets.empty()) return;
  for (const policy::SignatureSet& set : sets_)
    parts.signature_sets.push_back({parts.text(set.name)});
  add_database(DatabaseKind::kStreamSignatures, compiled_.streams, parts);
  add_database(DatabaseKind::kUnitSignatures, compiled_.units, parts);
  add_database(DatabaseKind::kOperationSignatures, compiled_.operations, parts);
  // Signatures that ask for nothing but bytes are those of version 5.
  const auto plain = [](const match::SignatureTermRecord& term) {
    return term == match::SignatureTermRecord{};
  };
  if (std::ranges::all_of(parts.signature_terms, plain)) parts.signature_terms.clear();
}

void MatchingCompiler::write(ImageParts& parts) const {
  clear_all(parts.identify_rows, parts.signature_sets, parts.signatures, parts.signature_patterns,
            parts.databases, parts.database_bytes, parts.signature_terms, parts.signature_ranges);
  write_identification(parts);
  write_signatures(parts);
}

}  // namespace bulkhead::image
