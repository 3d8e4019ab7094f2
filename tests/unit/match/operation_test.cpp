// SPDX-License-Identifier: Apache-2.0
// Signatures over operations: what their names mean, and which messages they hit.
#include <malloc.h>

#include <array>

#include "match/operation_term.h"
#include "matcher.h"
#include "wire/apps/umas/umas.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::match {
namespace {

using Catch::Contains;
using Sids = std::vector<uint32_t>;
using Told = std::vector<OperationKind>;
using wire::App;
using wire::OperationClass;

constexpr OperationKind kind(App app, OperationClass cls, uint32_t code, bool answer = false) {
  return {code, 1, static_cast<uint8_t>(app), static_cast<uint8_t>(cls), answer};
}
constexpr auto kWrite = kind(App::kModbus, OperationClass::kWrite, 6);
constexpr auto kRead = kind(App::kModbus, OperationClass::kRead, 3);

OperationTerm term(const std::string& name) {
  auto out = operation_term(name);
  if (!out) FAIL(out.error().sentence);
  return *out;
}
std::string unknown(const std::string& name) {
  const auto out = operation_term(name);
  REQUIRE_FALSE(out.ok());
  return out.error().sentence;
}
std::string rule(uint32_t sid, const std::string& options,
                 const std::string& header = "any any -> any any") {
  return "alert tcp " + header + " (msg:\"m\"; sid:" + std::to_string(sid) + "; " + options + ")\n";
}

TEST_CASE("operation: a name is an operation, a class of a protocol, or a class of any",
          "[match][operations]") {
  CHECK(term("write") == OperationTerm{App::kNone, OperationClass::kWrite, {}});
  CHECK(term("modbus.write") == OperationTerm{App::kModbus, OperationClass::kWrite, {}});
  CHECK(term("modbus.write_single_register") ==
        OperationTerm{App::kModbus, OperationClass::kUnspecified, {{6, 6}}});
  CHECK(term("pn_cm.control") == OperationTerm{App::kPnCm, OperationClass::kControl, {{4, 4}}});
}

TEST_CASE("operation: every name of every protocol is taken, and fits the bounds of an image",
          "[match][operations]") {
  for (const wire::Vocabulary& vocabulary : wire::vocabularies()) {
    for (const auto& row : vocabulary.functions) {
      const std::string name = std::string(to_string(vocabulary.app)) + '.' + std::string(row.name);
      const OperationTerm found = term(name);
      INFO(name);
      CHECK(found.app == vocabulary.app);
      CHECK(found.codes.size() <= kMaxCodeRanges);
      const auto inside = [&](const SignatureRange& r) {
        return r.first <= row.code && row.code <= r.last;
      };
      CHECK(std::ranges::any_of(found.codes, inside));
    }
  }
}

TEST_CASE("operation: an unknown name is told with the nearest one", "[match][operations]") {
  CHECK_THAT(unknown("modbus.write_single_registr"),
             Contains("'write_single_registr' is neither an operation of Modbus nor a class; did "
                      "you mean 'modbus.write_single_register'?"));
  CHECK_THAT(unknown("modbus.wirte"), Contains("did you mean 'modbus.write'?"));
  CHECK_THAT(unknown("modbs.write"), Contains("did you mean 'modbus.write'?"));
  CHECK_THAT(unknown("wrte"), Contains("did you mean 'write'?"));
  CHECK_THAT(unknown("write_single_register"),
             Contains("did you mean 'modbus.write_single_register'?"));
  CHECK_THAT(unknown("modbus.xyzzy"), Contains("`bulkhead protocols modbus` lists them"));
  CHECK_THAT(unknown("xyzzy.write"), Contains("`bulkhead protocols` lists them"));
  CHECK_THAT(unknown("xyzzyplugh"), Contains("PROTOCOL.OPERATION"));
  CHECK_THAT(unknown(""), Contains("is not an operation class"));
}

TEST_CASE("operation: in a rule its problems have line and column", "[match][operations]") {
  const auto problem = [](const std::string& text) {
    const ParsedRules parsed = parse_rules(text);
    REQUIRE_FALSE(parsed.ok());
    return to_string(parsed.problems.front());
  };
  CHECK_THAT(problem("\n" + rule(1, "operation: modbus.wrte;")),
             Contains("line 2, column 58: operation: 'wrte' is neither"));
  CHECK_THAT(problem(rule(1, "operation:write; operation:read;")), Contains("has one operation"));
  CHECK_THAT(problem("drop udp any any -> any any (msg:\"m\"; sid:1; operation:modbus.write;)\n"),
             Contains("operation: modbus is not inspected over this transport"));
}

TEST_CASE("operation: without parts each message of that operation hits", "[match][operations]") {
  auto matcher = matcher_of(rule(1, "operation:modbus.write_single_register;") +
                            rule(2, "operation:modbus.read;") + rule(3, "operation:write;") +
                            rule(4, "operation:dnp3.write;"));
  CHECK(matcher.compiled().operations.database.empty());
  CHECK(matcher.message("x", {kWrite}, kTcpToServer) == Sids{1, 3});
  CHECK(matcher.message("x", {kRead}, kTcpToServer) == Sids{2});
  CHECK(matcher.message("x", {kRead, kWrite}, kTcpToServer) == Sids{1, 2, 3});
  CHECK(matcher.message("x", {kind(App::kDnp3, OperationClass::kWrite, 6)}, kTcpToServer) ==
        Sids{3, 4});
  CHECK(matcher.message("x", {}, kTcpToServer).empty());
}

TEST_CASE("operation: parts are looked for in messages of that operation alone",
          "[match][operations]") {
  auto matcher = matcher_of(rule(1, "operation:modbus.write; content:\"ab\"; offset:2; depth:2;") +
                            rule(2, "operation:write; content:\"a\"; content:\"z\";") +
                            rule(3, "operation:read; pcre:\"/^..ab$/\";"));
  CHECK(matcher.message("..ab", {kWrite}, kTcpToServer) == Sids{1});
  CHECK(matcher.message(".ab.", {kWrite}, kTcpToServer).empty());
  CHECK(matcher.message("z.......a", {kWrite}, kTcpToServer) == Sids{2});
  CHECK(matcher.message("..ab", {kRead}, kTcpToServer) == Sids{3});
  CHECK(matcher.stream({"..ab"}, kTcpToServer).empty());
  CHECK(matcher.unit("..ab", kTcpToServer).empty());
}

TEST_CASE("operation: sets, transport, direction and ports bind it as they bind others",
          "[match][operations]") {
  auto matcher = matcher_of(rule(1, "operation:write; flow:to_server;", "any any -> any 502") +
                            rule(2, "operation:write; flow:to_client;"));
  Bound bound = kTcpToServer;
  bound.source_port = 40000;
  bound.destination_port = 502;
  CHECK(matcher.message("x", {kWrite}, bound) == Sids{1});
  bound.destination_port = 503;
  CHECK(matcher.message("x", {kWrite}, bound).empty());
  bound.destination_port = 502;
  bound.protocol = wire::ip_protocol::kUdp;
  CHECK(matcher.message("x", {kWrite}, bound).empty());
  bound.protocol = wire::ip_protocol::kTcp;
  bound.sets = 2;
  CHECK(matcher.message("x", {kWrite}, bound).empty());
  bound.sets = 1;
  bound.toward = Toward::kClient;
  CHECK(matcher.message("x", {kWrite}, bound) == Sids{2});
}

TEST_CASE("operation: <> fits packets of either direction", "[match][operations]") {
  auto matcher = matcher_of(rule(1, "operation:write;", "any 502 <> any 40000"));
  Bound bound = kTcpToServer;
  bound.source_port = 40000;
  bound.destination_port = 502;
  CHECK(matcher.message("x", {kWrite}, bound) == Sids{1});
  std::swap(bound.source_port, bound.destination_port);
  CHECK(matcher.message("x", {kWrite}, bound) == Sids{1});
  bound.source_port = bound.destination_port;
  CHECK(matcher.message("x", {kWrite}, bound).empty());
}

TEST_CASE("operation: answers are hit by signatures to the client alone", "[match][operations]") {
  auto matcher =
      matcher_of(rule(1, "operation:read;") + rule(2, "operation:read; flow:to_client;"));
  const auto answer = kind(App::kModbus, OperationClass::kRead, 3, true);
  const Bound to_client{1, Toward::kClient, wire::ip_protocol::kTcp};
  CHECK(matcher.message("x", {answer}, to_client) == Sids{2});
  CHECK(matcher.message("x", {kRead}, to_client) == Sids{1, 2});
}

TEST_CASE("operation: what lies in another protocol's operation is that one, too",
          "[match][operations]") {
  auto matcher = matcher_of(rule(1, "operation:modbus.unity_schneider;") +
                            rule(2, "operation:modbus.program;") + rule(3, "operation:umas.read;") +
                            rule(4, "operation:modbus.read;"));
  CHECK(matcher.message("x", {kind(App::kUmas, OperationClass::kRead, 0x22)}, kTcpToServer) ==
        Sids{1, 2, 3});
}

TEST_CASE("operation: a message of more kinds than were kept is taken for each",
          "[match][operations]") {
  auto matcher = matcher_of(rule(1, "operation:dnp3.write;"));
  Bound bound = kTcpToServer;
  CHECK(matcher.message("x", {kWrite}, bound).empty());
  bound.told_more = true;
  CHECK(matcher.message("x", {kWrite}, bound) == Sids{1});
}

TEST_CASE("operation: looking at a message allocates nothing", "[match][operations]") {
  auto matcher = matcher_of(rule(1, "operation:write; content:\"a\"; content:\"z\";") +
                            rule(2, "operation:modbus.write;") +
                            rule(3, "operation:write; pcre:\"/a.*z/s\";"));
  const CompiledSignatures& compiled = matcher.compiled().operations;
  std::array<uint64_t, 2> slots{};
  REQUIRE(compiled.slots == slots.size());
  Bound bound = kTcpToServer;
  bound.told = {&kWrite, 1};
  const std::string bytes(2000, 'a');
  const size_t before = mallinfo2().uordblks;
  size_t hit = 0;
  for (int i = 0; i < 100; ++i) {
    slots = {};
    Hits hits(Matcher::tables_of(compiled), slots, bound);
    const bool looked =
        hits.take_without_parts() &&
        scan_unit(matcher.operations(), bytes_of(bytes), matcher.scratch(), hits.sink());
    hit += looked ? hits.all().size() : 0;
  }
  CHECK(mallinfo2().uordblks == before);
  CHECK(hit == 100);
}

TEST_CASE("operation: signatures over operations are bounded", "[match][operations]") {
  std::string text;
  for (uint32_t sid = 1; sid <= kMaxOperationSignatures + 1; ++sid)
    text += rule(sid, "operation:write;");
  const ParsedRules parsed = parse_rules(text);
  REQUIRE(parsed.ok());
  const std::vector<const std::vector<Signature>*> sets = {&parsed.signatures};
  const auto compiled = compile_signatures(sets);
  REQUIRE_FALSE(compiled.ok());
  CHECK_THAT(compiled.error().sentence, Contains("more than 512 signatures over operations"));
}

}  // namespace
}  // namespace bulkhead::match
