// SPDX-License-Identifier: Apache-2.0
#include "policy/point_text.h"

#include <catch2/catch.hpp>

#include "wire/apps/value_key.h"

using namespace bulkhead;
using namespace bulkhead::policy;
using wire::PointType;
using wire::PointWord;

namespace {

constexpr PointWord kPlain{"holding", PointType::kHolding, 65535};
constexpr PointWord kFiles{"files", PointType::kFileRecord, 65535, 65536};
constexpr PointWord kDbs{"dbs", PointType::kS7Db, 65535, 8, 32, 65535};
constexpr PointWord kNodes{"nodes", PointType::kOpcuaNode, UINT32_MAX, 1, 32, 65535, true};
constexpr PointWord kAddresses{"addresses", PointType::kEthercatAddress, UINT32_MAX, 1, 32, 4,
                               true};
constexpr PointWord kTags{"tags", PointType::kCipTag, 0, 1, 0, 0, true, true};

NumberRange range_of(const PointWord& word, const char* text) {
  const auto term = point_term(word, text);
  REQUIRE(term.ok());
  REQUIRE(std::holds_alternative<NumberRange>(*term));
  return std::get<NumberRange>(*term);
}
NamePattern name_of(const PointWord& word, const char* text) {
  const auto term = point_term(word, text);
  REQUIRE(term.ok());
  REQUIRE(std::holds_alternative<NamePattern>(*term));
  return std::get<NamePattern>(*term);
}

}  // namespace

TEST_CASE("points: numbers and ranges, inclusive", "[policy][points]") {
  CHECK(range_of(kPlain, "7") == NumberRange{7, 7});
  CHECK(range_of(kPlain, "0-199") == NumberRange{0, 199});
  CHECK(range_of(kPlain, "0..199") == NumberRange{0, 199});
  CHECK(range_of(kFiles, "2-3") == NumberRange{2 << 16, (3 << 16) + 65535});
}

TEST_CASE("points: a container stands in front, or alone for all that is in it",
          "[policy][points]") {
  const uint64_t db = uint64_t{10} << 32;
  CHECK(range_of(kDbs, "10:0-99") == NumberRange{db, db + 99 * 8 + 7});
  CHECK(range_of(kDbs, "10") == NumberRange{db, db + UINT32_MAX});
  CHECK(range_of(kDbs, "10-11").last == (uint64_t{11} << 32 | UINT32_MAX));
}

TEST_CASE("points: OPC UA nodes as its address space writes them", "[policy][points]") {
  CHECK(range_of(kNodes, "i=85") == NumberRange{85, 85});
  CHECK(range_of(kNodes, "ns=2;i=1001-1003").first == (uint64_t{2} << 32 | 1001));
  CHECK(name_of(kNodes, "ns=2;s=Motor.Speed") == NamePattern{"Motor.Speed", false, 2});
  CHECK(name_of(kNodes, "s=Motor.*") == NamePattern{"Motor.", true, 0});
}

TEST_CASE("points: a name may end with a star, and nowhere else have one", "[policy][points]") {
  CHECK(name_of(kTags, "Program:Main.Speed") ==
        NamePattern{"Program:Main.Speed", false, std::nullopt});
  CHECK(name_of(kTags, "*") == NamePattern{"", true, std::nullopt});
  CHECK_FALSE(point_term(kTags, "Mo*or").ok());
  CHECK_FALSE(point_term(kTags, "").ok());
  CHECK_FALSE(point_term(kTags, std::string(513, 'a')).ok());
}

TEST_CASE("points: what has names and containers is told by its letters", "[policy][points]") {
  const uint64_t objects = uint64_t{2} << 32;
  CHECK(range_of(kAddresses, "2:6144-6145") == NumberRange{objects | 6144, objects | 6145});
  CHECK(range_of(kAddresses, "2") == NumberRange{objects, objects | UINT32_MAX});
  CHECK(name_of(kAddresses, "2:boot") == NamePattern{"2:boot", false, std::nullopt});
  CHECK(name_of(kAddresses, "boot.efw") == NamePattern{"boot.efw", false, std::nullopt});
}

TEST_CASE("points: what is wrong is named", "[policy][points]") {
  const auto sentence = [](const PointWord& word, const char* text) {
    const auto term = point_term(word, text);
    REQUIRE_FALSE(term.ok());
    return term.error().sentence;
  };
  CHECK(sentence(kPlain, "x") == "'x' is not a plain decimal number");
  CHECK(sentence(kPlain, "010") == "'010' is not a plain decimal number");
  CHECK(sentence(kPlain, "65536") == "'65536' is not within 0-65535");
  CHECK(sentence(kPlain, "9-3") == "'9-3' ends before it begins");
  CHECK(sentence(kPlain, "-3") == "'' is not a plain decimal number");
  CHECK(sentence(kDbs, "10-11:0") == "'10-11' must be one, for numbers within it are given");
  CHECK(sentence(kNodes, "ns=2") == "behind 'ns=N' comes ';i=' or ';s='");
  CHECK(sentence(kNodes, "Motor") == "a node is like 'ns=2;i=1001' or 'ns=2;s=Motor.Speed'");
}

TEST_CASE("points: what is written back reads as the same", "[policy][points]") {
  for (const auto& [word, text] :
       std::initializer_list<std::pair<PointWord, const char*>>{{kPlain, "7"},
                                                                {kPlain, "0-199"},
                                                                {kFiles, "2-3"},
                                                                {kDbs, "10:0-99"},
                                                                {kDbs, "10"},
                                                                {kDbs, "10-11"},
                                                                {kNodes, "ns=2;i=1001"}}) {
    INFO(text);
    const NumberRange range = range_of(word, text);
    CHECK(range_of(word, point_text(word, range).c_str()) == range);
  }
  for (const auto& [word, text] : std::initializer_list<std::pair<PointWord, const char*>>{
           {kTags, "Motor*"}, {kTags, "Motor"}, {kNodes, "ns=2;s=Motor.*"}}) {
    INFO(text);
    CHECK(point_text(word, name_of(word, text)) == text);
  }
}

TEST_CASE("values: bounds are written as people write numbers", "[policy][points]") {
  CHECK(value_text(wire::App::kModbus, 1500) == "1500");
  CHECK(value_text(wire::App::kDnp3, wire::ordered_key(-0.5)) == "-0.5");
  CHECK(value_text(wire::App::kDnp3, wire::ordered_key(1500)) == "1500");
}
