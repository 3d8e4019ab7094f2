// SPDX-License-Identifier: Apache-2.0
#include "image/verify_matching.h"

#include <string>
#include <string_view>

#include "match/database.h"
#include "match/identify_table.h"
#include "match/signature.h"
#include "wire/apps/vocabulary.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::image {
namespace {

using match::kNoSlot;

// Collects the first complaint.
class Checker {
 public:
  explicit Checker(const Sections& s) : s_(s) {}

  Status run() {
    services();
    identify_rows();
    sets();
    terms();
    databases();
    if (complaint_.empty()) return {};
    return Error{ErrorCode::kInvalid, "image: " + complaint_};
  }

 private:
  bool require(bool holds, const char* section, size_t index, const std::string& what) {
    if (!holds && complaint_.empty())
      complaint_ = std::string(section) + " " + std::to_string(index) + ": " + what;
    return holds;
  }
  template <typename T, typename Check>
  void each(std::span<const T> elements, Check&& check) {
    for (size_t i = 0; i < elements.size() && complaint_.empty(); ++i) check(elements[i], i);
  }
  [[nodiscard]] bool text_ok(uint32_t offset, uint32_t length) const {
    return offset <= s_.strings.size() && length <= s_.strings.size() - offset;
  }
  template <typename T>
  static bool slice_ok(std::span<const T> all, Run run, size_t cap) {
    if (run.count == 0) return run.first == 0;
    return run.first < all.size() && run.count <= all.size() - run.first && run.count <= cap;
  }

  void services() {
    each(s_.expectations, [&](uint64_t mask, size_t i) {
      require(mask != 0 && (mask & ~match::kEveryProtocol) == 0, "expectation", i,
              "names no protocol, or one of a later release");
    });
    each(s_.services, [&](const ServiceRecord& service, size_t i) {
      if (service.app != 0) return;  // what it lets pass unread: image/verify_opaque.h
      require(service.expects == 0 || service.protocol == wire::ip_protocol::kTcp, "service", i,
              "expectation of what is not opaque TCP");
      require(service.expects == 0 || service.expects == kExpectsAnything ||
                  service.expects <= s_.expectations.size(),
              "service", i, "expectation is out of range");
    });
  }

  void identify_rows() {
    require(s_.identify_rows.size() <= 64, "identification", 0, "has more than 64 rows");
    each(s_.identify_rows, [&](const match::IdentifyRecord& row, size_t i) {
      require(row.protocol >= 1 && row.protocol < static_cast<uint8_t>(match::Protocol::kCount),
              "identification", i, "protocol is of a later release");
      require(row.side <= 2 && row.confirmed <= 1, "identification", i, "flags are out of range");
      require(row.confirmed == 0 ||
                  match::confirm_of(static_cast<match::Protocol>(row.protocol)) != nullptr,
              "identification", i, "nothing confirms its protocol");
    });
  }

  void sets() {
    require(s_.signature_sets.size() <= match::kMaxSignatureSets, "signature set", 64, "too many");
    std::string_view before;
    each(s_.signature_sets, [&](const SignatureSetRecord& set, size_t i) {
      if (!require(text_ok(set.name.offset, set.name.length), "signature set", i,
                   "name lies outside the strings"))
        return;
      const std::string_view name(s_.strings.data() + set.name.offset, set.name.length);
      require(before < name, "signature set", i, "names are not in strictly ascending order");
      before = name;
    });
    require(s_.bound_sets.empty() || s_.bound_sets.size() == s_.relationships.size(), "bound sets",
            0, "are not one for each relationship");
    const size_t count = s_.signature_sets.size();
    each(s_.bound_sets, [&](uint64_t bits, size_t i) {
      require(count >= 64 || bits >> count == 0, "bound sets", i, "name a set that is not there");
    });
    each(s_.class_sets, [&](uint64_t bits, size_t i) {
      require(count >= 64 || bits >> count == 0, "class sets", i, "name a set that is not there");
    });
    if (s_.class_sets.empty()) return;
    each(s_.identities, [&](const IdentityRecord& identity, size_t i) {
      require(identity.cls < s_.class_sets.size(), "identity", i, "has no class sets");
    });
  }

  // `count` ranges from `first` on: ascending, with gaps, none above `last`.
  [[nodiscard]] bool ranges_ok(size_t first, size_t count, uint32_t last) const {
    if (first > s_.signature_ranges.size() || count > s_.signature_ranges.size() - first)
      return false;
    uint64_t next = 0;  // the least that the next one may begin with
    for (const match::SignatureRange& range : s_.signature_ranges.subspan(first, count)) {
      if (range.first < next || range.first > range.last || range.last > last) return false;
      next = uint64_t{range.last} + 2;
    }
    return true;
  }

  void terms() {
    constexpr uint32_t kLastPort = 65535;
    require(s_.signature_terms.empty() || s_.signature_terms.size() == s_.signatures.size(),
            "signature terms", 0, "are not one for each signature");
    each(s_.signature_terms, [&](const match::SignatureTermRecord& term, size_t i) {
      const size_t to = size_t{term.first_range} + term.source_ports;
      const bool ports = term.source_ports <= match::kMaxPortRanges &&
                         term.destination_ports <= match::kMaxPortRanges &&
                         ranges_ok(term.first_range, term.source_ports, kLastPort) &&
                         ranges_ok(to, term.destination_ports, kLastPort);
      require(ports, "signature terms", i, "ports are out of range or out of order");
      require(term.codes <= match::kMaxCodeRanges && (term.codes == 0 || term.app != 0) &&
                  ranges_ok(to + term.destination_ports, term.codes, UINT32_MAX),
              "signature terms", i, "codes are out of range or out of order");
      const bool class_known = term.cls < wire::kOperationClassCount;
      require(
          class_known && (term.app == 0 || term.cls != 0 || term.codes != 0) &&
              (term.app == 0 || wire::vocabulary_of(static_cast<wire::App>(term.app)) != nullptr),
          "signature terms", i, "operation is unknown");
      require(term.either_way <= 1 && term.reserved == 0, "signature terms", i,
              "flags are out of range");
    });
  }

  [[nodiscard]] bool about_operations(size_t signature) const {
    return !s_.signature_terms.empty() && s_.signature_terms[signature].about_operations();
  }

  // All patterns of a run belong to a signature of the run, in its own place.
  void signature(const DatabaseRecord& database, std::span<const uint32_t> patterns,
                 const match::SignatureRecord& record, size_t index) {
    const auto say = [&](bool holds, const char* what) {
      require(holds, "signature", database.signatures.first + index, what);
    };
    say(text_ok(record.message_offset, record.message_length), "message lies outside the strings");
    say(record.set < s_.signature_sets.size(), "set is not there");
    say(record.action <= static_cast<uint8_t>(match::Action::kReject) &&
            record.toward <= static_cast<uint8_t>(match::Toward::kClient),
        "action or direction is unknown");
    say(record.protocol == wire::ip_protocol::kTcp || record.protocol == wire::ip_protocol::kUdp,
        "protocol is unknown");
    const bool messages =
        database.kind == static_cast<uint32_t>(DatabaseKind::kOperationSignatures);
    say(messages == about_operations(database.signatures.first + index),
        "is about an operation, or is not, as its database must not");
    const bool patterns_ok = record.patterns >= (messages ? 0u : 1u) &&
                             record.patterns <= match::kMaxPartsPerSignature &&
                             record.first_pattern <= patterns.size() &&
                             record.patterns <= patterns.size() - record.first_pattern;
    say(patterns_ok, "patterns are out of range");
    if (!patterns_ok) return;
    for (const uint32_t of : patterns.subspan(record.first_pattern, record.patterns))
      say(of == index, "a pattern is of another signature");
    const bool slots_ok = record.patterns <= 1
                              ? record.first_slot == kNoSlot
                              : record.first_slot <= database.slots &&
                                    record.patterns <= database.slots - record.first_slot;
    say(slots_ok, "slots are out of range");
  }

  void signatures(const DatabaseRecord& database) {
    const auto records = Sections::slice(s_.signatures, database.signatures);
    const auto patterns = Sections::slice(s_.signature_patterns, database.patterns);
    size_t claimed = 0;
    each(records, [&](const match::SignatureRecord& record, size_t i) {
      signature(database, patterns, record, i);
      claimed += record.patterns;
    });
    require(claimed == patterns.size(), "database", database.kind, "a pattern has no signature");
  }

  void databases() {
    uint32_t before = 0;
    each(s_.databases, [&](const DatabaseRecord& database, size_t i) {
      const auto kind = static_cast<DatabaseKind>(database.kind);
      const bool identifies = kind == DatabaseKind::kIdentify;
      require(database.kind > before &&
                  database.kind <= static_cast<uint32_t>(DatabaseKind::kOperationSignatures),
              "database", i, "kind is unknown, or there twice");
      before = database.kind;
      require(database.slots <= match::kMaxSlots, "database", i, "has too many slots");
      const bool runs = slice_ok(s_.database_bytes, database.bytes, match::kMaxDatabaseBytes) &&
                        slice_ok(s_.signatures, database.signatures, match::kMaxSignatures) &&
                        slice_ok(s_.signature_patterns, database.patterns, UINT32_MAX);
      if (!require(runs, "database", i, "runs are out of range")) return;
      require(identifies == (database.signatures.count == 0), "database", i,
              "has signatures, or none, as its kind must not");
      require(!identifies || (!s_.identify_rows.empty() && database.slots == 0), "database", i,
              "identifies without rows");
      require(kind != DatabaseKind::kOperationSignatures ||
                  database.signatures.count <= match::kMaxOperationSignatures,
              "database", i, "has too many signatures over operations");
      signatures(database);
      if (kind == DatabaseKind::kOperationSignatures && database.patterns.count == 0 &&
          database.bytes.count == 0)
        return;
      const auto mode = mode_of(kind);
      const Status sound =
          match::check_serialised(Sections::slice(s_.database_bytes, database.bytes), mode);
      require(sound.ok(), "database", i, sound.ok() ? "" : sound.error().sentence);
    });
  }

  const Sections& s_;
  std::string complaint_;
};

}  // namespace

Status verify_matching(const Sections& sections) {
  return Checker(sections).run();
}

}  // namespace bulkhead::image
