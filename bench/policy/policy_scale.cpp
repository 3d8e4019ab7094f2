// SPDX-License-Identifier: Apache-2.0
// What a policy costs from the file to its enforcement, by size: reading YAML, validating,
// compiling, signing, verifying, publishing to a worker that polls.
//
//   policy_scale [--sizes 1000,10000,100000] [--rounds 3] [--yaml 1]
//
// A table on stderr; on stdout one JSON object per size, milliseconds by the clock and of the
// processor, the least of the rounds: on a shared machine the others measure the neighbours. A line
// is void when the image does not verify or does not hold what was compiled.
#include <charconv>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <thread>
#include <utility>
#include <vector>

#include "image/compile.h"
#include "image/compiler.h"
#include "image/verifier.h"
#include "image/view.h"
#include "policy/scale_plant.h"
#include "policy/yaml.h"
#include "support/arguments.h"
#include "support/measure.h"
#include "sync/published.h"

namespace {

using namespace bulkhead;

constexpr image::PrivateKey kSigner{1, 2, 3};
constexpr const char* kGateway = "gw-0";

double now_ms(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

struct Times {
  double wall_ms = 0;
  double cpu_ms = 0;  // of this thread, the kernel's part included
};

template <typename Work>
Times timed(Work&& work) {
  const double wall = now_ms(CLOCK_MONOTONIC), cpu = now_ms(CLOCK_THREAD_CPUTIME_ID);
  work();
  return {now_ms(CLOCK_MONOTONIC) - wall, now_ms(CLOCK_THREAD_CPUTIME_ID) - cpu};
}

// A worker that does nothing but obey, and how long a new snapshot takes to reach it.
class Swap {
 public:
  Swap() : worker_([this](const std::stop_token& stop) { poll(stop); }) {
    while (!online_) std::this_thread::yield();
  }

  Times publish(const image::ImageView& view) {
    return timed([&] {
      auto old = published_.exchange(std::make_unique<const image::ImageView>(view));
      epochs_.wait(epochs_.advance());
    });
  }

 private:
  void poll(const std::stop_token& stop) {
    epochs_.online(0);
    online_ = true;
    while (!stop.stop_requested()) epochs_.quiescent(0);
    epochs_.offline(0);
  }

  sync::Published<image::ImageView> published_;
  sync::Epochs epochs_{1};
  std::atomic<bool> online_{false};
  std::jthread worker_;
};

class Run {
 public:
  Run(uint32_t identities, bool with_yaml) : policy_(bench::scale_plant(identities)) {
    report_.name = "policy-" + std::to_string(identities);
    add("identities", static_cast<double>(policy_.identities.size()));
    add("relationships", static_cast<double>(policy_.relationships.size()));
    if (with_yaml) yaml_ = bench::to_yaml(policy_);
  }

  void round() {
    if (!yaml_.empty()) load();
    least("validate", timed([&] {
            std::vector<policy::Finding> findings;
            policy::validate(policy_, findings);
          }));
    Result<std::vector<uint8_t>> image = Error{};
    least("compile", timed([&] { image = image::compile(policy_, {kGateway, 1, 0}); }));
    report_.claim(image.ok(), image.ok() ? "" : image.error().sentence);
    if (!image) return;
    edits();
    least("sign", timed([&] { (void)image::sign(*image, kSigner); }));
    least("digest", timed([&] { (void)image::digest_of(*image); }));
    least("verify", timed([&] {
            const auto key = image::public_key_of(kSigner);
            const auto status = image::verify(*image, {*key, kGateway});
            report_.claim(status.ok(), "the image does not verify");
          }));
    const image::ImageView view(*image);
    report_.claim(view.identities().size() == policy_.identities.size() &&
                      view.relationships().size() == policy_.relationships.size(),
                  "the image does not hold the policy");
    least("swap", Swap().publish(view));
    least("image_mb", static_cast<double>(image->size()) / 1e6);
  }

  const bench::Report& report() const { return report_; }

 private:
  // One object changed in a compiler that holds the rest, until the new image is there: a grant of
  // a port, other services of a relationship, an identity of other labels.
  void edits() {
    image::Compiler compiler(kGateway);
    const auto whole = std::make_shared<const policy::Policy>(policy_);
    least("fill", timed([&] { (void)compiler.assign(whole); }));
    least("build", timed([&] { (void)compiler.build(1, 0); }));
    least("build_again", timed([&] { (void)compiler.build(1, 0); }));

    auto grant = std::make_shared<policy::Relationship>(policy_.relationships[7]);
    grant->name = "chg-new";
    edit("edit_grant", compiler, [&] { return compiler.put(grant); });
    auto changed = std::make_shared<policy::Relationship>(policy_.relationships[0]);
    changed->services.pop_back();
    edit("edit_relationship", compiler, [&] { return compiler.put(changed); });
    auto moved = std::make_shared<policy::Identity>(policy_.identities[3]);
    moved->labels["cell"] = "1";
    edit("edit_identity", compiler, [&] { return compiler.put(moved); });

    auto other = std::make_shared<policy::Policy>(policy_);
    other->relationships[5].mode = policy::Mode::kMonitor;
    edit("edit_found_by_comparing", compiler, [&] { return compiler.assign(other); });
  }

  template <typename Put>
  void edit(const char* key, image::Compiler& compiler, Put&& put) {
    bool ok = false;
    least(key, timed([&] { ok = put().ok() && compiler.build(2, 0).ok(); }));
    report_.claim(ok, std::string(key) + " did not compile");
  }

  void load() {
    policy::LoadedPolicy loaded;
    least("yaml_load", timed([&] { loaded = policy::load_yaml(yaml_, "plant.yaml"); }));
    least("yaml_mb", static_cast<double>(yaml_.size()) / 1e6);
    report_.claim(loaded.ok(), loaded.ok() ? "" : to_string(loaded.findings.front()));
    report_.claim(loaded.policy.relationships.size() == policy_.relationships.size(),
                  "the file does not hold the policy");
  }

  void add(const char* key, double value) { report_.extra.emplace_back(key, value); }
  void least(const std::string& key, const Times& times) {
    least(key + "_ms", times.wall_ms);
    least(key + "_cpu_ms", times.cpu_ms);
  }
  void least(const std::string& key, double value) {
    for (auto& [name, before] : report_.extra) {
      if (name == key) return (void)(before = std::min(before, value));
    }
    report_.extra.emplace_back(key, value);
  }

  policy::Policy policy_;
  std::string yaml_;
  bench::Report report_;
};

void print_row(const bench::Report& report) {
  std::fprintf(stderr, "%s%s%s\n", report.name.c_str(),
               report.valid ? "" : "  VOID: ", report.why_void.c_str());
  for (const auto& [key, value] : report.extra)
    std::fprintf(stderr, "  %-28s %10.2f\n", key.c_str(), value);
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(
      argc, argv, {{"sizes", "1000,10000,100000"}, {"rounds", "3"}, {"yaml", "1"}},
      "usage: policy_scale [--sizes N,N,...] [--rounds N] [--yaml 0|1]\n");
  const uint32_t rounds = arguments.number("rounds", 1, 100);
  const std::string& sizes = arguments.text("sizes");
  bool valid = true;
  for (const char* at = sizes.data(); at < sizes.data() + sizes.size(); ++at) {
    uint32_t size = 0;
    const auto [end, error] = std::from_chars(at, sizes.data() + sizes.size(), size);
    if (error != std::errc{} || size == 0 || size > 1'000'000)
      arguments.fail("--sizes is a list of numbers from 1 to 1000000");
    at = end;
    Run run(size, arguments.number("yaml", 0, 1) == 1);
    for (uint32_t i = 0; i < rounds; ++i) run.round();
    print_row(run.report());
    bench::print(run.report());
    valid &= run.report().valid;
  }
  return valid ? 0 : 1;
}
