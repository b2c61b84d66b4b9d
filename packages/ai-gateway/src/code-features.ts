// The features of the namespace code, by name. Written from their definitions: change those, then run "npm run docs".

export interface CodeFeatures {
  /**
   * Writes one kind of documentation of a repository from its files
   */
  'code-documentation': {
    input: {
      kind: 'architecture' | 'api' | 'database' | 'deployment' | 'onboarding' | 'data-flow' | 'security' | 'handoff'
      repository: {
        /**
         * As people know it, e.g. northwind/storefront
         */
        name: string
        provider?: 'github' | 'gitlab' | 'azure_devops'
        /**
         * @maxItems 20
         */
        languages?: string[]
        description?: string
      }
      /**
       * Files, findings and facts of the repository. The answer rests on these alone
       *
       * @minItems 1
       * @maxItems 60
       */
      sources: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        title?: string
        /**
         * The answer may link to it, and to nothing else
         */
        url?: string
        text: string
      }[]
    }
    output: string
  }
  /**
   * Finds the technical debt of a repository, weighs it and says what to do first
   */
  'code-debt-analysis': {
    input: {
      repository: {
        /**
         * As people know it, e.g. northwind/storefront
         */
        name: string
        provider?: 'github' | 'gitlab' | 'azure_devops'
        /**
         * @maxItems 20
         */
        languages?: string[]
        description?: string
      }
      /**
       * Files, findings and facts of the repository. The answer rests on these alone
       *
       * @minItems 1
       * @maxItems 60
       */
      sources: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        title?: string
        /**
         * The answer may link to it, and to nothing else
         */
        url?: string
        text: string
      }[]
      /**
       * What tools have found already
       *
       * @maxItems 200
       */
      findings?: {
        /**
         * The source that it is about
         */
        sourceId: string
        kind: 'dependency' | 'complexity' | 'duplication' | 'tests' | 'security' | 'documentation' | 'design'
        title: string
        severity: 'critical' | 'high' | 'medium' | 'low'
      }[]
    }
    /**
     * Technical debt of a repository, each item with its evidence
     */
    output: {
      summary: string
      /**
       * What to do first comes first
       *
       * @maxItems 40
       */
      items: {
        title: string
        kind: 'dependency' | 'complexity' | 'duplication' | 'tests' | 'security' | 'documentation' | 'design'
        severity: 'critical' | 'high' | 'medium' | 'low'
        recommendation: string
        effort: 'hours' | 'days' | 'weeks' | 'unknown'
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
    }
  }
  /**
   * Compares ways to bring a repository to a newer platform
   */
  'code-migration-paths': {
    input: {
      repository: {
        /**
         * As people know it, e.g. northwind/storefront
         */
        name: string
        provider?: 'github' | 'gitlab' | 'azure_devops'
        /**
         * @maxItems 20
         */
        languages?: string[]
        description?: string
      }
      /**
       * Files, findings and facts of the repository. The answer rests on these alone
       *
       * @minItems 1
       * @maxItems 60
       */
      sources: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        title?: string
        /**
         * The answer may link to it, and to nothing else
         */
        url?: string
        text: string
      }[]
      /**
       * Where it shall go: a platform, a version, a cloud
       */
      goal: string
      /**
       * What must hold on the way, e.g. no downtime
       *
       * @maxItems 20
       */
      constraints?: string[]
    }
    /**
     * Ways to migrate a repository, compared
     */
    output: {
      /**
       * The recommended one first
       *
       * @minItems 1
       * @maxItems 5
       */
      paths: {
        title: string
        /**
         * @minItems 1
         * @maxItems 20
         */
        steps: string[]
        effort: 'days' | 'weeks' | 'months' | 'unknown'
        risk: 'low' | 'medium' | 'high'
        /**
         * @maxItems 10
         */
        risks: string[]
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
      recommendation: string
      /**
       * What has to be known before one is chosen
       *
       * @maxItems 10
       */
      openQuestions: string[]
    }
  }
  /**
   * Says which regulations may apply to what a repository does with data, and why
   */
  'code-regulatory-classification': {
    input: {
      repository: {
        /**
         * As people know it, e.g. northwind/storefront
         */
        name: string
        provider?: 'github' | 'gitlab' | 'azure_devops'
        /**
         * @maxItems 20
         */
        languages?: string[]
        description?: string
      }
      /**
       * Files, findings and facts of the repository. The answer rests on these alone
       *
       * @minItems 1
       * @maxItems 60
       */
      sources: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        title?: string
        /**
         * The answer may link to it, and to nothing else
         */
        url?: string
        text: string
      }[]
      /**
       * Where it is used
       *
       * @maxItems 30
       */
      countries?: string[]
    }
    /**
     * Regulations that may apply, each with its evidence. No legal advice
     */
    output: {
      /**
       * Those that a source speaks for or against. No legal advice
       *
       * @maxItems 9
       */
      classes: {
        regulation: 'gdpr' | 'hipaa' | 'pci-dss' | 'sox' | 'ccpa' | 'glba' | 'ferpa' | 'nis2' | 'dora'
        applies: 'likely' | 'possibly' | 'unlikely'
        reason: string
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
      /**
       * Kinds of data that the sources show
       *
       * @maxItems 20
       */
      dataKinds: string[]
    }
  }
  /**
   * Names the files of a repository that whoever takes over has to know first
   */
  'code-critical-files': {
    input: {
      repository: {
        /**
         * As people know it, e.g. northwind/storefront
         */
        name: string
        provider?: 'github' | 'gitlab' | 'azure_devops'
        /**
         * @maxItems 20
         */
        languages?: string[]
        description?: string
      }
      /**
       * @minItems 1
       * @maxItems 300
       */
      files: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        path: string
        lines?: number
        /**
         * Commits of the last year that touch it
         */
        changes?: number
        /**
         * People who have changed it in the last year
         */
        authors?: number
        /**
         * Files that import it
         */
        dependents?: number
        excerpt?: string
      }[]
    }
    /**
     * Files that whoever takes over has to know, the most important first
     */
    output: {
      /**
       * The most important first
       *
       * @minItems 1
       * @maxItems 25
       */
      files: {
        path: string
        reason: string
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
    }
  }
  /**
   * Tells the review of an application in prose, for the people who decide
   */
  'code-review-narrative': {
    input: {
      repository: {
        /**
         * As people know it, e.g. northwind/storefront
         */
        name: string
        provider?: 'github' | 'gitlab' | 'azure_devops'
        /**
         * @maxItems 20
         */
        languages?: string[]
        description?: string
      }
      /**
       * Files, findings and facts of the repository. The answer rests on these alone
       *
       * @minItems 1
       * @maxItems 60
       */
      sources: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        title?: string
        /**
         * The answer may link to it, and to nothing else
         */
        url?: string
        text: string
      }[]
      /**
       * For whom it is told; default manager
       */
      reader?: 'engineer' | 'manager' | 'client'
    }
    output: string
  }
}
