// SPDX-License-Identifier: Apache-2.0
// A compiler that has seen any sequence of edits gives the bytes that a fresh one gives for the
// policy as it is then.
#include "image/compiler.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>

#include "image/compile.h"
#include "laws.h"
#include "policy_gen.h"

namespace bulkhead {
namespace {

using test::Dice;

constexpr size_t kPolicyTape = 400;

policy::Policy policy_from(uint64_t seed) {
  const auto tape = test::cheap_tape(seed, kPolicyTape);
  Dice dice(tape);
  return test::random_policy(dice);
}

// One of `list`, or what is left when it is empty.
template <typename T>
size_t any_of(const std::vector<T>& list, uint64_t roll) {
  return list.empty() ? 0 : roll % list.size();
}

// The policy as edited, and the compiler that is told of each edit.
class Editor {
 public:
  explicit Editor(uint64_t seed) : random_(seed), policy_(policy_from(seed)) {
    RC_ASSERT(compiler_.assign(shared(policy_)).ok());
  }

  void edit() {
    switch (random_() % 9) {
      case 0:
        return put(policy_.identities, relabelled());
      case 1:
        return remove(policy_.identities,
                      [&](const auto& n) { return compiler_.remove_identity(n); });
      case 2:
        return put(policy_.relationships, other_relationship());
      case 3:
        return remove(policy_.relationships,
                      [&](const auto& n) { return compiler_.remove_relationship(n); });
      case 4:
        return put(policy_.vetoes, other_veto());
      case 5:
        return remove(policy_.vetoes, [&](const auto& n) { return compiler_.remove_veto(n); });
      case 6:
        return same_relationship_in_another_mode();
      case 7:
        return same_relationship_to_others();
      default:
        return everything();
    }
  }

  void require_same_bytes() {
    const uint64_t generation = random_();
    const auto fresh = image::compile(policy_, {test::kGateway, generation, 9});
    const auto kept = compiler_.build(generation, 9);
    RC_ASSERT(fresh.ok());
    RC_ASSERT(kept.ok());
    RC_ASSERT(*fresh == *kept);
  }

  image::Compiler& compiler() { return compiler_; }
  const policy::Policy& policy() const { return policy_; }

 private:
  template <typename T>
  static std::shared_ptr<const T> shared(const T& object) {
    return std::make_shared<const T>(object);
  }

  template <typename T>
  void put(std::vector<T>& list, const T& object) {
    RC_ASSERT(compiler_.put(shared(object)).ok());
    const auto same = [&](const T& other) { return other.name == object.name; };
    std::erase_if(list, same);
    list.push_back(object);
  }
  template <typename T, typename Remove>
  void remove(std::vector<T>& list, Remove&& remove) {
    if (list.empty()) return;
    const auto at = list.begin() + static_cast<std::ptrdiff_t>(any_of(list, random_()));
    RC_ASSERT(remove(at->name));
    RC_ASSERT(!remove(at->name));
    list.erase(at);
  }

  // One of another policy under a name that may be here: its address is its own in any case.
  policy::Identity relabelled() {
    auto other = policy_from(random_()).identities;
    policy::Identity out = other[any_of(other, random_())];
    if (random_() % 3 == 0) {
      out.name += "-new";
      out.bind->ip = IpAddress::v4(0x0a01'0000 + static_cast<uint32_t>(out.name[3]));
    }
    return out;
  }
  policy::Relationship other_relationship() {
    const auto tape = test::cheap_tape(random_(), kPolicyTape);
    Dice dice(tape);
    return test::random_relationship(dice, "rel-" + std::to_string(random_() % 9));
  }
  policy::Veto other_veto() {
    const auto tape = test::cheap_tape(random_(), kPolicyTape);
    Dice dice(tape);
    return test::random_veto(dice, "veto-" + std::to_string(random_() % 4));
  }
  void same_relationship_in_another_mode() {
    if (policy_.relationships.empty()) return;
    auto changed = policy_.relationships[any_of(policy_.relationships, random_())];
    changed.mode = random_() % 2 == 0 ? policy::Mode::kMonitor : policy::Mode::kEnforce;
    changed.refuse_with = policy::RefuseWith::kDrop;
    put(policy_.relationships, changed);
  }
  // No selector comes or goes, but another side has it.
  void same_relationship_to_others() {
    if (policy_.relationships.empty()) return;
    auto changed = policy_.relationships[any_of(policy_.relationships, random_())];
    const auto other = policy_.relationships[any_of(policy_.relationships, random_())];
    auto keeps_it = changed;
    keeps_it.name = "keeps-its-selectors";
    keeps_it.from = changed.to;
    put(policy_.relationships, keeps_it);
    require_same_bytes();
    changed.to = other.from;
    put(policy_.relationships, changed);
  }
  // The file read again: another order, perhaps something else in it.
  void everything() {
    if (random_() % 4 == 0) policy_ = policy_from(random_());
    policy_ = test::shuffled(policy_, random_());
    if (!policy_.relationships.empty() && random_() % 2 == 0) policy_.relationships.pop_back();
    RC_ASSERT(compiler_.assign(shared(policy_)).ok());
  }

  std::mt19937_64 random_;
  policy::Policy policy_;
  image::Compiler compiler_{test::kGateway};
};

TEST_CASE("compiler: after any edits its bytes are those of a compiler that begins with the result",
          "[image][property]") {
  REQUIRE(test::holds("edits", 200, 1, [](const auto&, uint64_t seed) {
    Editor editor(seed);
    for (int i = 0; i < 25; ++i) {
      editor.edit();
      if (i % 3 != 2) editor.require_same_bytes();  // sometimes several edits between two images
    }
  }));
}

TEST_CASE("compiler: a refused object changes nothing", "[image][property]") {
  REQUIRE(test::holds("refused", 50, 1, [](const auto&, uint64_t seed) {
    Editor editor(seed);
    policy::Relationship nothing;
    nothing.name = "rel-1";  // opens nothing to nobody
    RC_ASSERT(!editor.compiler().put(std::make_shared<const policy::Relationship>(nothing)).ok());
    auto twice = editor.policy();
    twice.identities.push_back(twice.identities.front());
    RC_ASSERT(!editor.compiler().assign(std::make_shared<const policy::Policy>(twice)).ok());
    editor.require_same_bytes();
  }));
}

TEST_CASE("compiler: an address bound twice is refused, and mended by the next edit",
          "[image][property]") {
  REQUIRE(test::holds("address", 50, 1, [](const auto&, uint64_t seed) {
    Editor editor(seed);
    policy::Identity second = editor.policy().identities.front();
    second.name = "a-second";
    RC_ASSERT(editor.compiler().put(std::make_shared<const policy::Identity>(second)).ok());
    const auto refused = editor.compiler().build(1, 0);
    RC_ASSERT(!refused.ok());
    RC_ASSERT(refused.error().sentence.find("is bound to 'a-second' already") != std::string::npos);
    RC_ASSERT(editor.compiler().remove_identity("a-second"));
    editor.require_same_bytes();
  }));
}

TEST_CASE("compiler: names and labels that come and go do not fill memory", "[image]") {
  Editor editor(7);
  auto wanderer = editor.policy().identities.front();
  const size_t limit = 2 * editor.compiler().texts() + image::Compiler::kSpareTexts;
  for (int i = 0; i < 70'000; ++i) {
    wanderer.labels["cell"] = "somewhere-" + std::to_string(i);
    REQUIRE(editor.compiler().put(std::make_shared<const policy::Identity>(wanderer)).ok());
    if (editor.compiler().texts() > limit) FAIL(editor.compiler().texts());
  }
  wanderer.labels = editor.policy().identities.front().labels;
  REQUIRE(editor.compiler().put(std::make_shared<const policy::Identity>(wanderer)).ok());
  editor.require_same_bytes();
}

}  // namespace
}  // namespace bulkhead
