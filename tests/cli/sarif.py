#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is a file SARIF 2.1.0? The parts of the standard that a log of ours has."""
import json
import re
import sys

LEVELS = {"none", "note", "warning", "error"}
RULE_KEYS = {"id", "shortDescription", "help", "defaultConfiguration",
             "properties"}
RESULT_KEYS = {"ruleId", "ruleIndex", "level", "message", "locations"}


def need(condition, what):
    if not condition:
        sys.exit(f"not SARIF: {what}")


def only(value, keys, what):
    need(isinstance(value, dict), f"{what} is no object")
    need(set(value) <= keys, f"{what} has {set(value) - keys}")


def text(value, what):
    need(isinstance(value, str) and value != "", f"{what} is no text")


def message(value, what):
    only(value, {"text"}, what)
    text(value.get("text"), what)


def check_rule(rule):
    only(rule, RULE_KEYS, "a rule")
    text(rule.get("id"), "a rule's id")
    message(rule.get("shortDescription"), "a rule's description")
    message(rule.get("help"), "a rule's help")
    only(rule.get("defaultConfiguration"), {"level"}, "a rule's configuration")
    need(rule["defaultConfiguration"]["level"] in LEVELS, "a rule's level")


def check_location(location):
    only(location, {"physicalLocation", "logicalLocations"}, "a location")
    physical = location["physicalLocation"]
    only(physical, {"artifactLocation", "region"}, "a physical location")
    uri = physical["artifactLocation"]["uri"]
    need(re.fullmatch(r"[A-Za-z0-9\-._~/:%]+", uri), f"'{uri}' is no URI")
    if "region" in physical:
        line = physical["region"]["startLine"]
        need(isinstance(line, int) and line >= 1, "a line")
    for logical in location["logicalLocations"]:
        text(logical["fullyQualifiedName"], "a logical location")


def check_result(result, rules):
    only(result, RESULT_KEYS, "a result")
    need(result["level"] in LEVELS, "a result's level")
    message(result["message"], "a result's message")
    need(rules[result["ruleIndex"]]["id"] == result["ruleId"],
         "a result's rule is another than the index says")
    need(len(result["locations"]) >= 1, "a result without a location")
    for location in result["locations"]:
        check_location(location)


def main():
    log = json.load(open(sys.argv[1]))
    only(log, {"$schema", "version", "runs"}, "the log")
    need(log["version"] == "2.1.0", "the version")
    text(log["$schema"], "the schema")
    for run in log["runs"]:
        only(run, {"tool", "results"}, "a run")
        driver = run["tool"]["driver"]
        only(driver, {"name", "version", "rules"}, "the driver")
        text(driver["name"], "the driver's name")
        ids = [rule["id"] for rule in driver["rules"]]
        need(len(ids) == len(set(ids)) > 0, "the rules' ids")
        for rule in driver["rules"]:
            check_rule(rule)
        for result in run["results"]:
            check_result(result, driver["rules"])


if __name__ == "__main__":
    main()
