// SPDX-License-Identifier: Apache-2.0
// Addresses, ports and directions of rules, and whole lines in the shape of public ICS rules.
#include <catch2/catch.hpp>
#include <string>

#include "match/rule_parser.h"
#include "match/signature_set.h"

namespace bulkhead::match {
namespace {

using Catch::Contains;
using Ranges = std::vector<SignatureRange>;

ParsedRules parsed(const std::string& header) {
  return parse_rules("alert tcp " + header + " (msg:\"m\"; sid:1; content:\"x\";)\n");
}
Signature read(const std::string& header) {
  const ParsedRules rules = parsed(header);
  for (const RuleProblem& problem : rules.problems) UNSCOPED_INFO(to_string(problem));
  REQUIRE(rules.ok());
  return rules.signatures.at(0);
}
std::string problem_of(const ParsedRules& rules) {
  REQUIRE_FALSE(rules.ok());
  return to_string(rules.problems.front());
}
Ranges to(const std::string& ports) {
  return read("any any -> any " + ports).destination_ports;
}
std::string refused(const std::string& ports) {
  return problem_of(parsed("any any -> any " + ports));
}

TEST_CASE("rules: variables stand for any address, and other addresses are refused",
          "[match][rules]") {
  CHECK(read("$HOME_NET any -> $PLC_1 any").destination_ports.empty());
  CHECK_THAT(problem_of(parsed("any any -> 10.0.0.0/8 any")),
             Contains("line 1, column 22: address '10.0.0.0/8' is not supported"));
  CHECK_THAT(problem_of(parsed("!$HOME_NET any -> any any")),
             Contains("column 11: address '!$HOME_NET' is not supported: who is not meant"));
  CHECK_THAT(problem_of(parsed("[$A,$B] any -> any any")),
             Contains("column 11: address '[$A,$B]'"));
  CHECK_THAT(problem_of(parsed("$ any -> any any")), Contains("address '$'"));
}

TEST_CASE("rules: ports are one, a range or a list of them, in any order", "[match][rules]") {
  CHECK(to("502") == Ranges{{502, 502}});
  CHECK(to("1:1024") == Ranges{{1, 1024}});
  CHECK(to("1024:") == Ranges{{1024, 65535}});
  CHECK(to(":80") == Ranges{{0, 80}});
  CHECK(to("[20000, 502]") == Ranges{{502, 502}, {20000, 20000}});
  CHECK(to("[1:5,4:9,10]") == Ranges{{1, 10}});
  CHECK(to("any").empty());
  CHECK(to("0:65535").empty());
  CHECK(read("any [1,3] -> any 502").source_ports == Ranges{{1, 1}, {3, 3}});
  CHECK_FALSE(read("any any -> any 502").either_way);
  CHECK(read("any any <> any 502").either_way);
}

TEST_CASE("rules: ports that are no ports are told with their column", "[match][rules]") {
  CHECK_THAT(refused("65536"), Contains("column 26: port '65536' is neither"));
  CHECK_THAT(refused("9:1"), Contains("column 26: port '9:1'"));
  CHECK_THAT(refused(":"), Contains("port ':'"));
  CHECK_THAT(refused("502,503"), Contains("port '502,503'"));
  CHECK_THAT(refused("!502"), Contains("column 26: port '!502' is not supported"));
  CHECK_THAT(refused("[502,!503]"), Contains("column 31: port '!503' is not supported"));
  CHECK_THAT(refused("$MODBUS_PORTS"), Contains("is a variable, which has no value here"));
  CHECK_THAT(refused("[502"), Contains("expected ']'"));
  CHECK_THAT(refused("[]"), Contains("port ''"));
  CHECK(to("[1,3,5,7,9,11,13,15]").size() == kMaxPortRanges);
  CHECK_THAT(refused("[1,3,5,7,9,11,13,15,17]"),
             Contains("column 46: more than 8 ports and ranges"));
}

// --- what public rules for plants look like ---

ParsedRules line(const std::string& text) {
  return parse_rules(text + '\n');
}
std::string compiled(const ParsedRules& rules) {
  for (const RuleProblem& problem : rules.problems) UNSCOPED_INFO(to_string(problem));
  REQUIRE(rules.ok());
  const std::vector<const std::vector<Signature>*> sets = {&rules.signatures};
  const auto result = compile_signatures(sets);
  return result ? "" : result.error().sentence;
}

TEST_CASE("rules: whole lines in the shape of public Modbus, DNP3 and S7 rules load",
          "[match][rules]") {
  CHECK(
      compiled(line("alert tcp $MODBUS_CLIENT any <> $MODBUS_SERVER 502 (flow:from_client,"
                    "established; content:\"|08 00 04|\"; offset:7; depth:3; msg:\"listen only\"; "
                    "reference:url,example.org/modbus; classtype:attempted-dos; sid:1; rev:2; "
                    "priority:1;)")) == "");
  CHECK(compiled(line(
            "alert tcp $OUTSIDE any -> $PLC 502 (flow:from_client,established; "
            "content:\"|00 00|\"; offset:2; depth:2; "
            "pcre:\"/[\\S\\s]{3}(\\x05|\\x06|\\x0F|\\x10)/iAR\"; msg:\"write\"; sid:2;)")) == "");
  CHECK(compiled(line("drop udp $MASTER any -> $OUTSTATION [20000,20001] (msg:\"cold restart\"; "
                      "flow:to_server; content:\"|05 64|\"; depth:2; content:\"|0d|\"; offset:12; "
                      "depth:1; metadata:affected_product any; sid:3; rev:1;)")) == "");
  CHECK(compiled(line("alert tcp any any -> $S7_PLC 102 (msg:\"stop\"; flow:to_server,established; "
                      "content:\"|03 00|\"; offset:0; depth:2; content:\"|32 01|\"; offset:7; "
                      "depth:2; content:\"|29|\"; offset:17; depth:1; fast_pattern; sid:4;)")) ==
        "");
  CHECK(compiled(line("drop tcp any any -> any 502 (msg:\"patch\"; flow:to_server; "
                      "operation:modbus.force_listen_only_mode; sid:5;)")) == "");
}

TEST_CASE("rules: what such a line has that is not executed is refused at its column",
          "[match][rules]") {
  const auto told = [](const std::string& text) { return problem_of(line(text)); };
  CHECK_THAT(told("alert tcp !$MODBUS_CLIENT any -> $MODBUS_SERVER 502 (msg:\"m\"; sid:1; "
                  "content:\"|00 00|\";)"),
             Contains("line 1, column 11: address '!$MODBUS_CLIENT'"));
  CHECK_THAT(told("alert tcp any any <> any 502 (flow:established; dsize:>300; msg:\"m\"; sid:1;)"),
             Contains("line 1, column 49: 'dsize' is not supported: sizes of packets"));
  CHECK_THAT(told("alert tcp any any -> any 20000 (msg:\"m\"; dnp3_func:cold_restart; sid:1;)"),
             Contains("column 42: 'dnp3_func' is not supported: write `operation: dnp3.NAME`"));
  CHECK_THAT(told("alert modbus any any -> any any (msg:\"m\"; modbus:function 6; sid:1;)"),
             Contains("column 7: protocol 'modbus'"));
}

}  // namespace
}  // namespace bulkhead::match
