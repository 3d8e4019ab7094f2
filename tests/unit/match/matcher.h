// SPDX-License-Identifier: Apache-2.0
// Rules compiled, loaded as a dataplane loads them, and run over bytes.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "match/hits.h"
#include "match/rule_parser.h"
#include "match/signature_set.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::match {

using Pieces = std::vector<std::string>;

inline std::span<const uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

class Matcher {
 public:
  explicit Matcher(std::vector<Signature> signatures) : signatures_(std::move(signatures)) {
    const std::vector<const std::vector<Signature>*> sets = {&signatures_};
    auto compiled = compile_signatures(sets);
    if (!compiled) FAIL(compiled.error().sentence);
    compiled_ = std::move(*compiled);
    load(compiled_.streams, Mode::kStream, streams_);
    load(compiled_.units, Mode::kBlock, units_);
    load(compiled_.operations, Mode::kBlock, operations_);
  }

  // Numbers (sid) of the signatures that hit in a stream that comes in such pieces.
  std::vector<uint32_t> stream(const Pieces& pieces, Bound bound) {
    std::vector<uint32_t> out;
    if (streams_.empty()) return out;
    std::vector<uint64_t> slots(compiled_.streams.slots);
    const size_t size = (streams_.stream_bytes() + kStreamAlign - 1) / kStreamAlign * kStreamAlign;
    const std::unique_ptr<void, decltype(&std::free)> memory(std::aligned_alloc(kStreamAlign, size),
                                                             std::free);
    Stream stream;
    REQUIRE(stream.open(streams_, {static_cast<uint8_t*>(memory.get()), size}));
    for (const std::string& piece : pieces) {
      Hits hits(tables_of(compiled_.streams), slots, bound);
      REQUIRE(stream.scan(bytes_of(piece), scratch_, hits.sink()));
      add(compiled_.streams, hits, out);
    }
    return out;
  }

  std::vector<uint32_t> unit(const std::string& bytes, Bound bound) {
    std::vector<uint32_t> out;
    if (units_.empty()) return out;
    bound.within = UINT64_MAX;
    std::vector<uint64_t> slots(compiled_.units.slots);
    Hits hits(tables_of(compiled_.units), slots, bound);
    REQUIRE(scan_unit(units_, bytes_of(bytes), scratch_, hits.sink()));
    add(compiled_.units, hits, out);
    return out;
  }

  // A whole message, told as `told`.
  std::vector<uint32_t> message(const std::string& bytes, const std::vector<OperationKind>& told,
                                Bound bound) {
    std::vector<uint32_t> out;
    bound.within = UINT64_MAX;
    bound.told = told;
    std::vector<uint64_t> slots(compiled_.operations.slots);
    Hits hits(tables_of(compiled_.operations), slots, bound);
    if (hits.take_without_parts() && !operations_.empty())
      REQUIRE(scan_unit(operations_, bytes_of(bytes), scratch_, hits.sink()));
    add(compiled_.operations, hits, out);
    return out;
  }

  [[nodiscard]] const CompiledSets& compiled() const { return compiled_; }
  [[nodiscard]] const Database& streams() const { return streams_; }
  [[nodiscard]] const Database& operations() const { return operations_; }
  [[nodiscard]] const Scratch& scratch() const { return scratch_; }

  static SignatureTables tables_of(const CompiledSignatures& of) {
    return {of.signatures, of.signature_of, of.terms, of.ranges};
  }

 private:
  void load(const CompiledSignatures& from, Mode mode, Database& to) {
    if (from.database.empty()) return;
    auto loaded = Database::load(from.database, mode);
    if (!loaded) FAIL(loaded.error().sentence);
    to = std::move(*loaded);
    REQUIRE(scratch_.fit(to).ok());
  }
  static void add(const CompiledSignatures& of, const Hits& hits, std::vector<uint32_t>& out) {
    for (const uint32_t index : hits.all()) out.push_back(of.signatures[index].sid);
  }

  std::vector<Signature> signatures_;
  CompiledSets compiled_;
  Database streams_, units_, operations_;
  Scratch scratch_;
};

inline Matcher matcher_of(const std::string& rules) {
  ParsedRules parsed = parse_rules(rules);
  for (const RuleProblem& problem : parsed.problems) UNSCOPED_INFO(to_string(problem));
  REQUIRE(parsed.ok());
  return Matcher(std::move(parsed.signatures));
}

inline constexpr Bound kTcpToServer{1, Toward::kServer, wire::ip_protocol::kTcp};
inline constexpr Bound kUdpToServer{1, Toward::kServer, wire::ip_protocol::kUdp};

}  // namespace bulkhead::match
