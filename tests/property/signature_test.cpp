// SPDX-License-Identifier: Apache-2.0
// What the matcher says of random signatures and bytes, however the stream is cut, is what a naive
// search says of the whole.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <random>

#include "../unit/match/matcher.h"
#include "laws.h"

namespace bulkhead::match {
namespace {

class Draw {
 public:
  explicit Draw(uint64_t seed) : random_(seed) {}
  uint32_t below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }
  std::string text(uint32_t least, uint32_t most) {
    std::string out(least + below(most - least + 1), ' ');
    for (char& c : out) c = "abAB"[below(4)];
    return out;
  }

 private:
  std::mt19937_64 random_;
};

Part random_part(Draw& draw, bool first, bool absolute) {
  Part part;
  part.text = draw.text(1, 3);
  part.nocase = draw.below(3) == 0;
  const uint32_t place = draw.below(3);
  if (!first && place == 1) part.place = Part::Place::kRelative;
  if (absolute && place == 2) part.place = Part::Place::kAbsolute;
  if (part.place == Part::Place::kFree) return part;
  part.first = draw.below(6);
  if (draw.below(2) == 0) part.room = static_cast<uint32_t>(part.text.size()) + draw.below(6);
  return part;
}

Signature random_signature(Draw& draw, uint32_t sid, bool absolute) {
  Signature out;
  out.protocol = wire::ip_protocol::kTcp;
  out.sid = sid;
  const uint32_t parts = 1 + draw.below(4);
  for (uint32_t i = 0; i < parts; ++i) out.parts.push_back(random_part(draw, i == 0, absolute));
  return out;
}

bool same_at(const Part& part, const std::string& text, size_t at) {
  if (at + part.text.size() > text.size()) return false;
  for (size_t i = 0; i < part.text.size(); ++i) {
    const int a = part.text[i], b = text[at + i];
    if (part.nocase ? std::tolower(a) != std::tolower(b) : a != b) return false;
  }
  return true;
}

// Every place of every part is tried, as the words of the language say.
bool found_from(const std::vector<Part>& parts, size_t index, size_t ended,
                const std::string& text) {
  if (index == parts.size()) return true;
  const Part& part = parts[index];
  const bool free = part.place == Part::Place::kFree;
  const size_t origin = part.place == Part::Place::kRelative ? ended : 0;
  for (size_t at = origin + (free ? 0 : part.first); at < text.size(); ++at) {
    const size_t end = at + part.text.size();
    if (part.room && end > origin + part.first + *part.room) break;
    if (same_at(part, text, at) && found_from(parts, index + 1, end, text)) return true;
  }
  return false;
}

bool unit(const Signature& signature) {
  return std::any_of(signature.parts.begin(), signature.parts.end(),
                     [](const Part& p) { return p.place == Part::Place::kAbsolute; });
}

Pieces cut(Draw& draw, std::string text) {
  Pieces out;
  while (!text.empty()) {
    const size_t size = 1 + draw.below(static_cast<uint32_t>(text.size()));
    out.push_back(text.substr(0, size));
    text.erase(0, size);
  }
  return out;
}

void require_agreement(uint64_t seed) {
  Draw draw(seed);
  std::vector<Signature> signatures;
  for (uint32_t sid = 0; sid < 8; ++sid)
    signatures.push_back(random_signature(draw, sid, sid % 2 == 1));
  Matcher matcher(signatures);
  for (int turn = 0; turn < 20; ++turn) {
    const std::string text = draw.text(1, 24);
    auto streams = matcher.stream(cut(draw, text), kTcpToServer);
    const auto units = matcher.unit(text, kTcpToServer);
    for (const Signature& signature : signatures) {
      const auto& hits = unit(signature) ? units : streams;
      CAPTURE(seed, text, signature.sid);
      REQUIRE((std::find(hits.begin(), hits.end(), signature.sid) != hits.end()) ==
              found_from(signature.parts, 0, 0, text));
    }
  }
}

TEST_CASE("signatures: the matcher agrees with a naive search, however a stream is cut",
          "[property][match]") {
  const int seeds = test::scaled(150);
  for (int seed = 0; seed < seeds; ++seed) require_agreement(static_cast<uint64_t>(seed));
}

}  // namespace
}  // namespace bulkhead::match
