// SPDX-License-Identifier: Apache-2.0
#include "dictionary.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "wire/apps/vocabulary.h"

namespace bulkhead::fuzz {

TEST_CASE("fuzz dictionaries: each target's has the codes of its table, each once", "[fuzz]") {
  for (const auto target : dictionary_targets()) {
    INFO(target);
    const auto entries = dictionary_of(target);
    CHECK(entries.size() > 1);
    CHECK(std::ranges::adjacent_find(entries) == entries.end());
    CHECK(std::ranges::none_of(entries, &std::string::empty));
  }
  CHECK(dictionary_of("nothing").empty());
}

TEST_CASE("fuzz dictionaries: every protocol that a policy can open is in one", "[fuzz]") {
  for (const wire::Vocabulary& each : wire::vocabularies()) {
    INFO(each.title);
    CHECK(std::ranges::any_of(dictionary_targets(), [&](std::string_view target) {
      const auto protocols = protocols_of(target);
      return std::ranges::find(protocols, each.app) != protocols.end();
    }));
  }
}

TEST_CASE("fuzz dictionaries: codes lie as they do on the wire", "[fuzz]") {
  const auto has = [](std::string_view target, std::string entry) {
    const auto entries = dictionary_of(target);
    return std::ranges::find(entries, entry) != entries.end();
  };
  using namespace std::string_literals;
  CHECK(has("modbus_adu", "\x08\0\x01"s));  // restart communications
  CHECK(has("fins", "\x04\x02"s));          // stop
  CHECK(has("slmp", "\x02\x10"s));          // remote stop, 0x1002
  CHECK(has("opcua", "\xa1\x02"s));         // WriteRequest, 673
  CHECK(has("mqtt", "\x30"s));              // PUBLISH
  CHECK(has("mms", "\xa5"s));               // write
  CHECK(has("mms", "\xbf\x48"s));           // fileOpen, 72
  CHECK(has("enip", "\x54\x02\x20\x06"s));  // ForwardOpen at the Connection Manager
  CHECK(has("fox", "hello"));
  CHECK(has("ethercat", "\x20\x01"s));  // AL control
  CHECK(has("ethercat", "\x04\x02"s));  // FoE: write request
}

TEST_CASE("fuzz dictionaries: a line is what libFuzzer reads", "[fuzz]") {
  CHECK(dictionary_line(std::string_view("\0\"\\", 3)) == "\"\\x00\\x22\\x5c\"\n");
}

}  // namespace bulkhead::fuzz
